"""Who is watching, and the limit: which devices hold the slots of a user."""

from __future__ import annotations

from . import following
from .choice import check, open_store
from .listing import Watching, count_by_user, current, cut, get, page
from .store import (
    Admission,
    Device,
    EndedSession,
    Ending,
    Event,
    OpenSession,
    Remember,
    Selection,
    Store,
)

__all__ = [
    "Admission",
    "Device",
    "EndedSession",
    "Ending",
    "Event",
    "OpenSession",
    "Remember",
    "Selection",
    "Store",
    "Watching",
    "check",
    "count_by_user",
    "current",
    "cut",
    "following",
    "get",
    "open_store",
    "page",
]
