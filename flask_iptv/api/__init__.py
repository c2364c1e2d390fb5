"""The JSON API."""

from __future__ import annotations

# Each of the nouns fills the table of routes.
from . import (
    channels,
    cuts,
    explain,
    history,
    links,
    openapi,
    packages,
    servers,
    sessions,
    sync,
    unknown,
    users,
)
from .errors import refuse, word_errors
from .gate import login
from .resource import routes

__all__ = [
    "channels",
    "cuts",
    "explain",
    "history",
    "links",
    "login",
    "openapi",
    "packages",
    "refuse",
    "routes",
    "servers",
    "sessions",
    "sync",
    "unknown",
    "users",
    "word_errors",
]
