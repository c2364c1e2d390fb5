"""The tables, a file for each noun."""

from __future__ import annotations

from .attendance import Attendance as Attendance
from .attendance import Refusals as Refusals
from .base import Base, Record, utcnow
from .channels import Channel
from .cuts import Cut as Cut
from .history import ChannelUsage as ChannelUsage
from .history import PastSession as PastSession
from .history import Totals as Totals
from .history import Usage as Usage
from .packages import Package, package_channels
from .servers import Server
from .sessions import Session as Session
from .times import UTCDateTime as UTCDateTime
from .users import User, user_packages

# Unless told, MySQL and MariaDB find the token "abc" for "ABC", and "cafe" for "café"; emoji need
# four bytes.
for _table in Base.metadata.tables.values():
    for _dialect in ("mysql", "mariadb"):
        _table.kwargs[f"{_dialect}_charset"] = "utf8mb4"
        _table.kwargs[f"{_dialect}_collate"] = "utf8mb4_bin"

# Not the tables of who watches and who has watched: they may change.
__all__ = [
    "Base",
    "Channel",
    "Package",
    "Record",
    "Server",
    "User",
    "package_channels",
    "user_packages",
    "utcnow",
]
