"""Finding a text in columns whatever its case is, in the letters of every language."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.orm import QueryableAttribute

_Condition = Callable[[QueryableAttribute[str], str], sa.ColumnElement[bool]]


def condition(dialect: str) -> _Condition:
    """How a database of this dialect is asked whether a column contains a text.

    :param dialect: such as ``"sqlite"``.
    """
    return _CONDITIONS.get(dialect, _plain)


def _plain(column: QueryableAttribute[str], text: str) -> sa.ColumnElement[bool]:
    return column.icontains(text, autoescape=True)


def _in_sqlite(column: QueryableAttribute[str], text: str) -> sa.ColumnElement[bool]:
    if text.isascii():
        return _plain(column, text)
    # Its lower() knows ASCII only. A pattern needs no function of ours on the host's connections.
    pattern = "".join(_choice(character) or _GLOB.get(character, character) for character in text)
    return column.op("GLOB", is_comparison=True)(f"*{pattern}*")


def _by_pattern(column: QueryableAttribute[str], text: str) -> sa.ColumnElement[bool]:
    if text.isascii():
        return _plain(column, text)
    # PostgreSQL's lower() knows the letters of the database's locale, and "C" has those of ASCII
    # only; those of MySQL and MariaDB know no other way to end a Greek word.
    pattern = "".join(_choice(character) or _as_is(character) for character in text)
    return column.regexp_match(pattern)


_CONDITIONS: dict[str, _Condition] = {
    "sqlite": _in_sqlite,
    "postgresql": _by_pattern,
    "mysql": _by_pattern,
    "mariadb": _by_pattern,
}

#: In a pattern of GLOB these would mean more.
_GLOB = {sign: f"[{sign}]" for sign in "*?["}


def _choice(character: str) -> str:
    """A letter in all its cases, as patterns write it; nothing for what has no case."""
    upper = character.upper()
    cases = {character, character.lower(), character.title(), upper, upper.lower()}
    letters = sorted(case for case in cases if len(case) == 1)
    return f"[{''.join(letters)}]" if len(letters) > 1 else ""


def _as_is(character: str) -> str:
    return f"\\{character}" if character.isascii() and not character.isalnum() else character
