"""Numbers as the reader's language writes them."""

from __future__ import annotations

from .catalogs import locale


def number(value: int) -> str:
    """A whole number, its thousands apart."""
    here = locale()
    if here is None:
        return f"{value:,}"
    from babel.numbers import format_decimal

    return format_decimal(value, locale=here)
