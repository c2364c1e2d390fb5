"""Who is watching, and the limit: which devices hold the slots of a user."""

from __future__ import annotations

from .listing import count_by_user, cut, get, page
from .sql import SQLStore
from .store import Admission, Device, Event, Store

__all__ = [
    "Admission",
    "Device",
    "Event",
    "SQLStore",
    "Store",
    "count_by_user",
    "cut",
    "get",
    "page",
]
