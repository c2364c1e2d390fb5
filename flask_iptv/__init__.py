"""Flask-IPTV: an IPTV back office for any Flask site."""

from __future__ import annotations

from .extension import IPTV

__version__ = "0.1.0"

__all__ = ["IPTV"]
