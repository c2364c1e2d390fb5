"""The admin pages."""

from __future__ import annotations

from . import (
    channels,
    cuts,
    explain,
    history,
    links,
    packages,
    servers,
    sessions,
    start,
    sync,
    users,
)
from .door import login, routes, word_errors

__all__ = [
    "channels",
    "cuts",
    "explain",
    "history",
    "links",
    "login",
    "packages",
    "routes",
    "servers",
    "sessions",
    "start",
    "sync",
    "users",
    "word_errors",
]
