"""The tables, a file for each noun."""

from __future__ import annotations

from .attendance import Attendance, Refusals
from .base import Base, Record, UTCDateTime, utcnow
from .channels import Channel
from .cuts import Cut
from .history import ChannelUsage, PastSession, Totals, Usage
from .packages import Package, package_channels
from .servers import Server
from .sessions import Session
from .users import User, user_packages

__all__ = [
    "Attendance",
    "Base",
    "Channel",
    "ChannelUsage",
    "Cut",
    "Package",
    "PastSession",
    "Record",
    "Refusals",
    "Server",
    "Session",
    "Totals",
    "UTCDateTime",
    "Usage",
    "User",
    "package_channels",
    "user_packages",
    "utcnow",
]
