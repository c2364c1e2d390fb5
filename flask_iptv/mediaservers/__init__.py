"""The doors of the media servers: a file per dialect, each only reads and words."""

from __future__ import annotations

from .dialects import DIALECTS
from .door import METHODS, Door, open_door, paths_of
from .endpoint import Endpoint
from .question import Question
from .view import auth

__all__ = ["DIALECTS", "METHODS", "Door", "Endpoint", "Question", "auth", "open_door", "paths_of"]
