"""How often somebody may guess or ask for what is dear; doors say what they answer then."""

from __future__ import annotations

from .asking import address, count, look, refused
from .counts import Counts, Refused
from .limiter import Limiter
from .memory_counts import MemoryCounts
from .table import DEFAULTS, Limit, read

__all__ = [
    "DEFAULTS",
    "Counts",
    "Limit",
    "Limiter",
    "MemoryCounts",
    "Refused",
    "address",
    "count",
    "look",
    "read",
    "refused",
]
