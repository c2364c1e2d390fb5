"""Sessions in the memory of one process, and the file that outlives it."""

from __future__ import annotations

from .memory_store import MemoryStore
from .orders import Order, obey
from .refusal import OWNED_BY_ANOTHER, REFUSED, HandedOver
from .session_file import SessionFile

__all__ = [
    "OWNED_BY_ANOTHER",
    "REFUSED",
    "HandedOver",
    "MemoryStore",
    "Order",
    "SessionFile",
    "obey",
]
