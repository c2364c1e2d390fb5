"""Every other address below ``/api``, so that a wrong one is refused in JSON too."""

from __future__ import annotations

from .resource import Resource

top = Resource("", "top")
top_with_slash = Resource("/", "top_with_slash")
anything = Resource("/<path:address>", "unknown")
