"""The doors of the media servers: a file per dialect, each only reads and words."""

from __future__ import annotations

from .asker import say_who_may_ask
from .dialects import DIALECTS
from .door import METHODS, Door, Hidden, open_door, paths_of
from .endpoint import Endpoint
from .question import Question
from .view import auth

__all__ = [
    "DIALECTS",
    "METHODS",
    "Door",
    "Endpoint",
    "Hidden",
    "Question",
    "auth",
    "open_door",
    "paths_of",
    "say_who_may_ask",
]
