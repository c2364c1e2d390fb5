"""The one question: may this viewer play this stream now?"""

from __future__ import annotations

from .authorizer import Authorizer
from .explainer import Explanation, Step
from .play import Decision, Passed, Play
from .publishing import Publish, Publishing
from .reader import FactReader
from .rules import may_watch

__all__ = [
    "Authorizer",
    "Decision",
    "Explanation",
    "FactReader",
    "Passed",
    "Play",
    "Publish",
    "Publishing",
    "Step",
    "may_watch",
]
