"""How many watched at each minute, and how many were turned away."""

from __future__ import annotations

from .ledger import sweep
from .listing import Reason, Step, concurrent, refusals
from .meter import Meter
from .periods import PERIODS, Period, minute_of

__all__ = [
    "PERIODS",
    "Meter",
    "Period",
    "Reason",
    "Step",
    "concurrent",
    "minute_of",
    "refusals",
    "sweep",
]
