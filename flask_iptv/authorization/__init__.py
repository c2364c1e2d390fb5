"""The one question: may this viewer play this stream now?"""

from __future__ import annotations

from .authorizer import Authorizer
from .play import Decision, Play
from .reader import FactReader
from .rules import may_watch

__all__ = ["Authorizer", "Decision", "FactReader", "Play", "may_watch"]
