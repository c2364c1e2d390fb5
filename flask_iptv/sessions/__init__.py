"""Who is watching, and the limit: which devices hold the slots of a user."""

from __future__ import annotations

from . import following
from .choice import check, open_store
from .fullness import full_users
from .listing import Watching, audience, count_by_user, current, cut, get, page
from .memory import REFUSED
from .store import (
    Admission,
    Audience,
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
    "REFUSED",
    "Admission",
    "Audience",
    "Device",
    "EndedSession",
    "Ending",
    "Event",
    "OpenSession",
    "Remember",
    "Selection",
    "Store",
    "Watching",
    "audience",
    "check",
    "count_by_user",
    "current",
    "cut",
    "following",
    "full_users",
    "get",
    "open_store",
    "page",
]
