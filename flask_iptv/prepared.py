"""A statement compiled once for a database, to be run on its driver's own cursor."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa

Row = tuple[Any, ...]
Processor = Callable[[Any], Any]


class Prepared:
    """A statement of SQLAlchemy Core without what SQLAlchemy does at each execution.

    That is most of the time a short statement takes. Values and rows are still converted by the
    types of their columns.

    :param statement: with ``bindparam()`` where values are to come.
    :param dialect: of the database that it is for.
    """

    def __init__(self, statement: sa.sql.expression.ClauseElement, dialect: sa.Dialect) -> None:
        compiled: Any = statement.compile(dialect=dialect)
        #: As the driver gets it.
        self.sql = str(compiled)
        self._fixed = {name: value for name, value in compiled.params.items() if value is not None}
        self._order: list[str] | None = compiled.positiontup if compiled.positional else None
        self._in = {
            name: process
            for name, bind in compiled.binds.items()
            if (process := bind.type.dialect_impl(dialect).bind_processor(dialect)) is not None
        }
        self._out = _processors(statement, dialect)

    def rows(self, cursor: Any, values: Mapping[str, Any]) -> list[Row]:
        """Run it and fetch all rows."""
        cursor.execute(self.sql, self._parameters(values))
        rows: list[Row] = cursor.fetchall()
        if not self._out:
            return rows
        return [self._converted(row) for row in rows]

    def run(self, cursor: Any, values: Mapping[str, Any]) -> int:
        """Run it.

        :returns: how many rows it changed.
        """
        cursor.execute(self.sql, self._parameters(values))
        count: int = cursor.rowcount
        return count

    def _parameters(self, values: Mapping[str, Any]) -> Any:
        given = self._fixed | dict(values) if self._fixed else values
        if self._in:
            given = dict(given)
            for name, process in self._in.items():
                given[name] = process(given[name])
        return given if self._order is None else [given[name] for name in self._order]

    def _converted(self, row: Row) -> Row:
        values = list(row)
        for index, process in self._out:
            if values[index] is not None:
                values[index] = process(values[index])
        return tuple(values)


def _processors(statement: Any, dialect: sa.Dialect) -> list[tuple[int, Processor]]:
    columns = statement.selected_columns if isinstance(statement, sa.Select) else ()
    found: list[tuple[int, Processor]] = []
    for index, column in enumerate(columns):
        kind = column.type.dialect_impl(dialect)
        process: Processor | None = kind.result_processor(dialect, None)
        if process is not None:
            found.append((index, process))
    return found
