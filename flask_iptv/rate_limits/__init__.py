"""How often somebody may guess or ask for what is dear; doors say what they answer then."""

from __future__ import annotations

from .asking import address as address
from .asking import count
from .asking import refused as refused
from .counts import Counts as Counts
from .counts import Refused as Refused
from .hashing import one_hash
from .limiter import Limiter as Limiter
from .memory_counts import MemoryCounts as MemoryCounts
from .passwords import check_password
from .refusals import TooMany
from .table import DEFAULTS as DEFAULTS
from .table import Limit
from .table import read as read

__all__ = ["Limit", "TooMany", "check_password", "count", "one_hash"]
