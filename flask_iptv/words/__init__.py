"""The words of the pages, in the language of who reads them."""

from __future__ import annotations

from ..phrases import mark, mark_many
from .catalogs import language
from .numbers import number, size
from .speaking import said, spoken, tr, trn

__all__ = ["language", "mark", "mark_many", "number", "said", "size", "spoken", "tr", "trn"]
