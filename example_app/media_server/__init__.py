"""A tiny demonstration media server: plays one test clip on every stream the site allows."""

from __future__ import annotations

from .application import MediaServer
from .server import RunningServer, start
from .timeline import Clip

__all__ = ["Clip", "MediaServer", "RunningServer", "start"]
