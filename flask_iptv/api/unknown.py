"""Every other address below ``/api``, so that a wrong one is refused in JSON too."""

from __future__ import annotations

from .resource import Resource

top = Resource("", "top")
top_with_slash = Resource("/", "top_with_slash")
anything = Resource("/<path:address>", "unknown")
# A path has no line break for Flask; our addresses have four parts at most.
broken = [
    Resource("/" + "/".join(f"<part_{part}>" for part in range(parts)), f"unknown_{parts}")
    for parts in range(1, 5)
]
