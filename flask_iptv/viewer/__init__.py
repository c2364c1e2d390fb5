"""The viewer's own page: what one has, until when, on which devices, and how to watch it."""

from __future__ import annotations

from . import devices, page, renewal
from .door import routes, word_errors

__all__ = ["devices", "page", "renewal", "routes", "word_errors"]
