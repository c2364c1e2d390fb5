"""Viewers who were cut here, and telling the media server that still plays for them."""

from __future__ import annotations

from .ledger import order, sweep
from .listing import TrackedCut, page
from .teller import Teller

__all__ = ["Teller", "TrackedCut", "order", "page", "sweep"]
