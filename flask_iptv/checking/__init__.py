"""Finding out what is wrong between a media server and this site, by asking both as they ask."""

from __future__ import annotations

from .endpoint import SLOW, Asker, auth_endpoint, check_endpoint
from .server import check_server
from .site import check_processes, check_tables

__all__ = [
    "SLOW",
    "Asker",
    "auth_endpoint",
    "check_endpoint",
    "check_processes",
    "check_server",
    "check_tables",
]
