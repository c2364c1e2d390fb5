"""The admin pages."""

from __future__ import annotations

from . import channels, history, links, packages, servers, sessions, start, users
from .door import login, routes, word_errors

__all__ = [
    "channels",
    "history",
    "links",
    "login",
    "packages",
    "routes",
    "servers",
    "sessions",
    "start",
    "users",
    "word_errors",
]
