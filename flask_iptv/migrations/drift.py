"""What differs between the tables in a database and those that this version works with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import sqlalchemy as sa
from alembic import autogenerate
from alembic.migration import MigrationContext

from ..models import Base
from .neighbours import is_ours


def drift(connection: sa.Connection) -> list[str]:
    """Tell each difference in words; none if the tables are as they must be.

    Tables of others are left out, whatever their names, and those that a host has made on our base.
    """
    tables = Base.metadata.tables
    ours = {name for name in tables if is_ours(name, "table", {})}

    def is_wanted(name: str | None, kind: str, parents: Any) -> bool:
        return kind != "table" or name in ours

    def is_compared(thing: Any, name: str | None, kind: str, *more: Any) -> bool:
        return kind != "table" or name in ours

    options = {"compare_type": True, "include_name": is_wanted, "include_object": is_compared}
    context = MigrationContext.configure(connection, opts=options)
    found = autogenerate.compare_metadata(context, Base.metadata)
    return [_worded(difference, connection) for difference in _each(found)]


def _each(found: Iterable[Any]) -> Iterator[tuple[Any, ...]]:
    # What is about one column comes as a list of its own.
    for difference in found:
        if isinstance(difference, list):
            yield from difference
        else:
            yield difference


def _worded(difference: tuple[Any, ...], connection: sa.Connection) -> str:
    kind, *facts = difference
    if kind == "add_table":
        return f"the table {facts[0].name} is missing"
    if kind == "add_column":
        return f"the column {facts[1]}.{facts[2].name} is missing"
    if kind == "remove_column":
        return f"the column {facts[1]}.{facts[2].name} is not one of ours"
    if kind == "modify_nullable":
        _, table, column, _, _, wanted = facts
        return f"the column {table}.{column} {'may' if wanted else 'must not'} be empty"
    if kind == "modify_type":
        _, table, column, _, there, wanted = facts
        there, wanted = (one.compile(connection.dialect) for one in (there, wanted))
        return f"the column {table}.{column} is {there} instead of {wanted}"
    part = facts[0]
    noun = "index" if isinstance(part, sa.Index) else "constraint"
    columns = ", ".join(column.name for column in part.columns)
    end = "is missing" if kind.startswith("add_") else "is not one of ours"
    return f"the {noun} {part.name or ''} of {part.table.name} ({columns}) {end}"
