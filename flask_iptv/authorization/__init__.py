"""The one question: may this viewer play this stream now?"""

from __future__ import annotations

from .play import Decision, Play
from .rules import authorize, may_watch

__all__ = ["Decision", "Play", "authorize", "may_watch"]
