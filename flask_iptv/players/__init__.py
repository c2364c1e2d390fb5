"""The doors of the viewers' players."""

from __future__ import annotations

from .playlists import routes

__all__ = ["routes"]
