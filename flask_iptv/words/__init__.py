"""The words of the pages, in the language of who reads them."""

from __future__ import annotations

from .catalogs import language
from .marks import mark, mark_many
from .numbers import number
from .speaking import said, tr, trn

__all__ = ["language", "mark", "mark_many", "number", "said", "tr", "trn"]
