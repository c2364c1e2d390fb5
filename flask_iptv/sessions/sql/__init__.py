"""Sessions in SQL."""

from __future__ import annotations

from .database_store import SQLStore

__all__ = ["SQLStore"]
