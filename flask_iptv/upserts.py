"""Writing rows that may be there already, in one statement wherever the database has one for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import mysql, postgresql, sqlite

Row = dict[str, Any]


def add_up(
    connection: sa.Connection, table: sa.Table, rows: Sequence[Row], numbers: Sequence[str]
) -> None:
    """Insert rows; to those whose primary key is there already the numbers are added.

    Nothing is committed. Give the rows in the order of their keys, so that two processes that
    write the same ones never wait for each other.

    :param numbers: the columns that are added up.
    """
    statement = adding(connection.dialect.name, table, numbers)
    if statement is not None:
        connection.execute(statement, rows)
        return
    for row in rows:
        more = {name: table.c[name] + row[name] for name in numbers}
        if not connection.execute(sa.update(table).where(_is(table, row)).values(more)).rowcount:
            connection.execute(sa.insert(table).values(row))


def add_missing(connection: sa.Connection, table: sa.Table, row: Row) -> None:
    """Insert a row, unless its primary key is there already; nothing is committed."""
    statement = inserting(connection.dialect.name, table)
    if statement is not None:
        connection.execute(statement, row)
    elif not connection.execute(sa.select(table).where(_is(table, row))).first():
        connection.execute(sa.insert(table).values(row))


def adding(dialect: str, table: sa.Table, numbers: Sequence[str]) -> sa.Insert | None:
    """The statement that adds up, ``None`` where the database has none."""
    if dialect in ("mysql", "mariadb"):
        twice = mysql.insert(table)
        return twice.on_duplicate_key_update(
            {name: table.c[name] + twice.inserted[name] for name in numbers}
        )
    insert = _insert(dialect, table)
    if insert is None:
        return None
    more = {name: table.c[name] + insert.excluded[name] for name in numbers}
    statement: sa.Insert = insert.on_conflict_do_update(
        index_elements=list(table.primary_key), set_=more
    )
    return statement


def inserting(dialect: str, table: sa.Table) -> sa.Insert | None:
    """The statement that leaves what is there, ``None`` where the database has none."""
    if dialect in ("mysql", "mariadb"):
        return sa.insert(table).prefix_with("IGNORE")
    insert = _insert(dialect, table)
    if insert is None:
        return None
    statement: sa.Insert = insert.on_conflict_do_nothing()
    return statement


def _insert(dialect: str, table: sa.Table) -> Any:
    # The two have the same methods, but no type in common that names them.
    inserts: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
    return inserts[dialect](table) if dialect in inserts else None


def _is(table: sa.Table, row: Row) -> sa.ColumnElement[bool]:
    return sa.and_(*(column == row[column.name] for column in table.primary_key))
