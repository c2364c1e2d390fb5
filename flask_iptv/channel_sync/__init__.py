"""Taking over the streams that a media server has, again and again, without undoing hand work."""

from __future__ import annotations

from ..channel_import import ChangedChannel, FieldChange
from .plan import Plan, plan
from .reading import access, can_be_read, download, lists_only_live, read_streams
from .report import Kept, Report, Taken
from .sources import Told, from_playlist, from_streams

__all__ = [
    "ChangedChannel",
    "FieldChange",
    "Kept",
    "Plan",
    "Report",
    "Taken",
    "Told",
    "access",
    "can_be_read",
    "download",
    "from_playlist",
    "from_streams",
    "lists_only_live",
    "plan",
    "read_streams",
]
