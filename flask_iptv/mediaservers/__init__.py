"""The doors of the media servers: a file per dialect, each only reads and words."""

from __future__ import annotations

from .door import auth

__all__ = ["auth"]
