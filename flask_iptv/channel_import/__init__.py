"""Taking over the channels of a playlist that someone else wrote."""

from __future__ import annotations

from .additions import Report, add
from .changes import ChangedChannel, FieldChange, Value
from .homes import Home, Homes, UnknownServers, find_homes
from .plan import Plan, plan
from .playlist import plan_playlist
from .rows import Elsewhere, Repeated

__all__ = [
    "ChangedChannel",
    "Elsewhere",
    "FieldChange",
    "Home",
    "Homes",
    "Plan",
    "Repeated",
    "Report",
    "UnknownServers",
    "Value",
    "add",
    "find_homes",
    "plan",
    "plan_playlist",
]
