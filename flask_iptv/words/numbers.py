"""Numbers as the reader's language writes them."""

from __future__ import annotations

from ..phrases import mark
from .catalogs import ENGLISH, language
from .speaking import said, trn

_STEP = 1000
_UNITS = (
    mark("%(num)s kB"),
    mark("%(num)s MB"),
    mark("%(num)s GB"),
    mark("%(num)s TB"),
)


def number(value: int) -> str:
    """A whole number, its thousands apart."""
    # Of the language that the page is in: the host's may be one that we have no words for.
    here = language()
    if here == ENGLISH:
        return f"{value:,}"
    from babel.numbers import format_decimal

    return format_decimal(value, locale=here.replace("-", "_"))


def size(length: int) -> str:
    """How many bytes, in the unit that leaves few digits: ``999 bytes``, ``1.4 GB``."""
    if length < _STEP:
        return trn("%(num)s byte", "%(num)s bytes", length)
    left, unit = length / _STEP, 0
    while left >= _STEP and unit + 1 < len(_UNITS):
        left, unit = left / _STEP, unit + 1
    return said(_UNITS[unit], num=_with_one_place(left))


def _with_one_place(value: float) -> str:
    here = language()
    if here == ENGLISH:
        return f"{value:,.1f}"
    from babel.numbers import format_decimal

    return format_decimal(value, format="#,##0.0", locale=here.replace("-", "_"))
