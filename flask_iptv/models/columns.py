"""The kinds of our columns, which give something whatever a host's own SQL has written there."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import sqlalchemy as sa

from ..unreadable import (
    Unreadable,
    UnreadableDay,
    UnreadableFlag,
    UnreadableNumber,
    UnreadableText,
    UnreadableTexts,
    written,
)

Processor = Callable[[Any], Any]

#: What drivers and SQLAlchemy raise of a value that is not what the column says.
WRONG = (ValueError, TypeError, AttributeError, OverflowError, RecursionError)


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
            return None if value is None else marked(UnreadableFlag(self.closed), value)

        return read


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
            except WRONG:
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
            return marked(UnreadableTexts([shown]), shown)

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


def _text(value: Any) -> Any:
    if value is None or isinstance(value, str):
        return value
    return marked(UnreadableText(written(value)), value)


def _whole(value: Any) -> Any:
    return value if value is None or isinstance(value, int) else marked(UnreadableNumber(0), value)


def _no_day(value: Any) -> Any:
    return marked(UnreadableDay(1, 1, 1), value)


def _of_json(parse: Processor | None, value: Any) -> Any:
    try:
        return value if value is None or parse is None else parse(value)
    except WRONG:
        return value


def marked(stand_in: Unreadable, value: Any) -> Unreadable:
    """What stands for a value that can't be read, with what is written there."""
    stand_in.written = written(value)
    return stand_in
