"""The doors of the media servers: a file per dialect, each only reads and words."""

from __future__ import annotations

from .door import METHODS, Door, open_door, paths_of
from .endpoint import Endpoint
from .view import auth

__all__ = ["METHODS", "Door", "Endpoint", "auth", "open_door", "paths_of"]
