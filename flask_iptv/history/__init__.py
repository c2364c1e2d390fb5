"""What was watched: past sessions, and the totals of each day."""

from __future__ import annotations

from .days import Share, share_out
from .ledger import sweep, write
from .listing import DayTotals, page, totals

__all__ = ["DayTotals", "Share", "page", "share_out", "sweep", "totals", "write"]
