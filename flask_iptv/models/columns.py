"""The kinds of our columns, which give something whatever a host's own SQL has written there."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, timezone
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import mysql
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.functions import FunctionElement

from ..unreadable import (
    Unreadable,
    UnreadableDay,
    UnreadableFlag,
    UnreadableNumber,
    UnreadableText,
    UnreadableTexts,
    UnreadableTime,
    written,
)

Processor = Callable[[Any], Any]

#: What drivers and SQLAlchemy raise of a value that is not what the column says.
_WRONG = (ValueError, TypeError, AttributeError, OverflowError, RecursionError)

_FIRST = datetime(1, 1, 1, tzinfo=timezone.utc)
#: Not the very last one, to which no zone could be applied.
_LAST = datetime(9999, 12, 30, tzinfo=timezone.utc)


class Text(sa.String):
    """A text; SQLite alone takes bytes for one."""

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> Processor | None:
        return _text if dialect.name == "sqlite" else super().result_processor(dialect, coltype)


class Whole(sa.Integer):
    """A whole number; SQLite alone takes anything for one."""

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> Processor | None:
        return _whole if dialect.name == "sqlite" else super().result_processor(dialect, coltype)


class BigWhole(sa.BigInteger):
    """The same of 64 bits."""

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> Processor | None:
        return _whole if dialect.name == "sqlite" else super().result_processor(dialect, coltype)


class Flag(sa.types.TypeDecorator[bool]):
    """True or false.

    :param closed: what it is while it can't be read.
    """

    impl = sa.Boolean
    cache_ok = True
    #: What can stand behind ``IS``.
    coerce_to_is_types = (type(None), bool)

    def __init__(self, closed: bool = False) -> None:
        super().__init__()
        self.closed = closed

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> Processor | None:
        if dialect.supports_native_boolean:
            return super().result_processor(dialect, coltype)

        def read(value: Any) -> Any:
            if value == 1:
                return True
            if value == 0:
                return False
            # MariaDB takes other numbers too, and SQLite anything.
            return None if value is None else _marked(UnreadableFlag(self.closed), value)

        return read


class NoTimeZone(ValueError, sa.exc.DontWrapMixin):
    """A time without a time zone was to be written or looked for.

    SQLAlchemy leaves it as it is: else it would show the statement with its values, tokens too.
    """


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
        if value is not None and value.utcoffset() is None:
            # Python takes it for the time of the machine's zone, and our own functions for UTC.
            raise NoTimeZone(
                f"the time {value} has no time zone; give it one, such as "
                f"{value.replace(tzinfo=timezone.utc)!r} if it is UTC"
            )
        return None if value is None else value.astimezone(timezone.utc).replace(tzinfo=None)

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
            except _WRONG:
                return _marked(UnreadableTime(at.year, at.month, at.day, tzinfo=at.tzinfo), value)

        return read

    def column_expression(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        return _Within(column)


class Day(sa.types.TypeDecorator[date]):
    """A day."""

    impl = sa.Date
    cache_ok = True

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> Processor | None:
        parse = super().result_processor(dialect, coltype)

        def read(value: Any) -> Any:
            try:
                day = value if value is None or parse is None else parse(value)
                return day if day is None or isinstance(day, date) else _no_day(value)
            except _WRONG:
                return _no_day(value)

        return read


class Texts(sa.types.TypeDecorator[list[str]]):
    """A list of texts, kept as JSON."""

    impl = sa.JSON
    cache_ok = True

    def process_bind_param(self, value: list[str] | None, dialect: sa.Dialect) -> list[str]:
        return [] if value is None else value

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> Processor | None:
        parse = super().result_processor(dialect, coltype)

        def read(value: Any) -> Any:
            # Most are empty, and reading JSON takes a while.
            if value == "[]":
                return []
            found = _of_json(parse, value)
            if found is None:
                return []
            if isinstance(found, list) and all(isinstance(item, str) for item in found):
                return found
            shown = written(value if isinstance(value, str | bytes) else json.dumps(value))
            return _marked(UnreadableTexts([shown]), shown)

        return read


class Values(sa.types.TypeDecorator[dict[str, Any]]):
    """An object of JSON; one that can't be read is as good as none."""

    impl = sa.JSON(none_as_null=True)
    cache_ok = True

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> Processor | None:
        parse = super().result_processor(dialect, coltype)

        def read(value: Any) -> Any:
            found = _of_json(parse, value)
            return found if isinstance(found, dict) else None

        return read


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


def _text(value: Any) -> Any:
    if value is None or isinstance(value, str):
        return value
    return _marked(UnreadableText(written(value)), value)


def _whole(value: Any) -> Any:
    return value if value is None or isinstance(value, int) else _marked(UnreadableNumber(0), value)


def _no_day(value: Any) -> Any:
    return _marked(UnreadableDay(1, 1, 1), value)


def _of_json(parse: Processor | None, value: Any) -> Any:
    try:
        return value if value is None or parse is None else parse(value)
    except _WRONG:
        return value


def _marked(stand_in: Unreadable, value: Any) -> Unreadable:
    stand_in.written = written(value)
    return stand_in
