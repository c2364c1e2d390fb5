"""Flask-IPTV: an IPTV back office for any Flask site."""

from __future__ import annotations

from . import channels, errors, models, packages, rate_limits, servers, signals, users
from .extension import IPTV

__version__ = "0.1.0"

__all__ = [
    "IPTV",
    "channels",
    "errors",
    "models",
    "packages",
    "rate_limits",
    "servers",
    "signals",
    "users",
]
