"""The columns of times."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import mysql
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.functions import FunctionElement

from ..unreadable import UnreadableTime
from .columns import WRONG, Processor, marked

_FIRST = datetime(1, 1, 1, tzinfo=timezone.utc)
#: Not the very last one, to which no zone could be applied.
_LAST = datetime(9999, 12, 30, tzinfo=timezone.utc)


class NoTimeZone(ValueError, sa.exc.DontWrapMixin):
    """A time without a time zone was to be written or looked for.

    SQLAlchemy leaves it as it is: else it would show the statement with its values, tokens too.
    """


class NoTime(TypeError, sa.exc.DontWrapMixin):
    """Something else than a time was to be written or looked for; left as it is for that reason."""


def in_utc(moment: datetime) -> datetime:
    """A time as our own functions take it: UTC where it has no time zone."""
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)


class UTCDateTime(sa.types.TypeDecorator[datetime]):
    """An aware UTC time, kept as a naive one: the same on every database, SQLite included.

    :param closed: what it is while it can't be read: a day long ago or far away.
    """

    # MySQL and MariaDB leave the parts of a second out unless asked for.
    impl = sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb")
    cache_ok = True

    def __init__(self, closed: str = "long ago") -> None:
        super().__init__()
        self.closed = closed

    @property
    def python_type(self) -> type[datetime]:
        return datetime

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if not isinstance(value, datetime):
            raise NoTime(
                f"{value!r} is no time but of the type {type(value).__name__}; give a datetime "
                "with a time zone, such as datetime(2027, 1, 31, 18, 30, tzinfo=timezone.utc)"
            )
        if value.utcoffset() is None:
            # Python takes it for the time of the machine's zone, and our own functions for UTC.
            raise NoTimeZone(
                f"the time {value} has no time zone; give it one, such as "
                f"{value.replace(tzinfo=timezone.utc)!r} if it is UTC"
            )
        return value.astimezone(timezone.utc).replace(tzinfo=None)

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> Processor | None:
        parse: Processor | None = super().result_processor(dialect, coltype)
        at = _LAST if self.closed == "far away" else _FIRST

        def read(value: Any) -> Any:
            if value is None:
                return None
            try:
                moment: datetime = value if parse is None else parse(value)
                if moment.tzinfo is None:
                    return moment.replace(tzinfo=timezone.utc)
                return moment.astimezone(timezone.utc)
            except WRONG:
                return marked(UnreadableTime(at.year, at.month, at.day, tzinfo=at.tzinfo), value)

        return read

    def column_expression(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        return _Within(column)


class _Within(FunctionElement[datetime]):
    """A time within the years that Python has: PostgreSQL's may be ``infinity``."""

    inherit_cache = True
    name = "within"

    def __init__(self, column: ColumnElement[Any]) -> None:
        super().__init__(column)
        self.type = column.type


@compiles(_Within)
def _as_it_is(element: _Within, compiler: SQLCompiler, **options: Any) -> str:
    return compiler.process(next(iter(element.clauses)), **options)


@compiles(_Within, "postgresql")
def _within_years(element: _Within, compiler: SQLCompiler, **options: Any) -> str:
    time = compiler.process(next(iter(element.clauses)), **options)
    return (
        f"CASE WHEN {time} > '9999-12-30' THEN timestamp '9999-12-30' "
        f"WHEN {time} < '0001-01-01' THEN timestamp '0001-01-01' ELSE {time} END"
    )
