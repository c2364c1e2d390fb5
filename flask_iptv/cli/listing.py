"""Lists of any length on the terminal, read and shown bit by bit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any, TypeVar

import click

from ..models import Record
from ..records import MAX_LIMIT, Page

R = TypeVar("R", bound=Record)


def every(page: Callable[..., Page[R]], **filters: Any) -> Iterator[R]:
    """Walk through a list from its first page to its last.

    :param page: such as :func:`flask_iptv.users.page`.
    :param filters: what it is called with.
    """
    part = page(limit=MAX_LIMIT, **filters)
    yield from part.items
    while part.next is not None:
        part = page(limit=MAX_LIMIT, cursor=part.next, **filters)
        yield from part.items


def show_table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows in columns that are as wide as the first thousand rows need."""
    texts = ([_text(cell) for cell in row] for row in rows)
    first = list(islice(texts, MAX_LIMIT))
    widths = [max(map(len, column)) for column in zip(header, *first, strict=True)]
    for row in chain([header], first, texts):
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        click.echo("  ".join(cells).rstrip())


def _text(cell: object) -> str:
    return "-" if cell is None or cell == "" else str(cell)
