"""Taking over the channels of a playlist that someone else wrote."""

from __future__ import annotations

from .additions import Elsewhere, Report, add
from .homes import Home, Homes, UnknownServers, find_homes

__all__ = ["Elsewhere", "Home", "Homes", "Report", "UnknownServers", "add", "find_homes"]
