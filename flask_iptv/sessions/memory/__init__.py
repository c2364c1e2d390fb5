"""Sessions in the memory of one process, and the file that outlives it."""

from __future__ import annotations

from .memory_store import MemoryStore
from .session_file import SessionFile

__all__ = ["MemoryStore", "SessionFile"]
