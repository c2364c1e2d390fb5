"""What users, channels, packages and servers are looked up, kept unique and paged by."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import QueryableAttribute

from . import database
from .errors import Duplicate, InvalidInput, NotFound, Problem
from .models import Record, Session, UTCDateTime

R = TypeVar("R", bound=Record)
P = TypeVar("P", bound="Record | Session")

#: The most rows a page may have.
MAX_LIMIT = 1000
_MAX_ID = 2**31 - 1


def by_id(model: type[P], noun: str, key: int) -> P:
    """Look up by id.

    :raises NotFound: if there is none.
    """
    found = database.session().get(model, key) if 0 < key <= _MAX_ID else None
    if found is None:
        raise NotFound(noun, key)
    return found


def by_name(model: type[R], noun: str, name: str) -> R:
    """Look up by name.

    :raises NotFound: if there is none.
    """
    found = None
    if "\0" not in name:
        found = database.session().scalars(sa.select(model).where(model.name == name)).first()
    if found is None:
        raise NotFound(noun, name)
    return found


def all_named(model: type[R], noun: str, field: str, names: Iterable[str]) -> list[R]:
    """Look up several by name, in the order of the names.

    :raises InvalidInput: naming every one that there is not.
    """
    wanted = list(dict.fromkeys(names))
    found: dict[str, R] = {}
    for start in range(0, len(wanted), 500):
        part = wanted[start : start + 500]
        for record in database.session().scalars(sa.select(model).where(model.name.in_(part))):
            found[record.name] = record
    missing = [name for name in wanted if name not in found]
    if missing:
        raise InvalidInput([Problem(field, name, f"there is no {noun} {name!r}")
                            for name in missing])  # fmt: skip
    return [found[name] for name in wanted]


def require_unique(
    noun: str, column: QueryableAttribute[Any], value: object, except_id: int | None = None
) -> None:
    """Check that no other row has this value.

    :param except_id: the row that may have it: the one being changed.
    :raises Duplicate: if one has.
    """
    statement = sa.select(column.class_.id).where(column == value)
    if database.session().scalars(statement).first() not in (None, except_id):
        raise Duplicate(noun, column.key, value)


@dataclass(frozen=True)
class Page(Generic[P]):
    """A part of a list.

    :param next: the cursor of the part after it, ``None`` at the end.
    :param count: how many there are in all parts.
    """

    items: list[P]
    next: str | None
    count: int


def page(
    statement: sa.Select[Any],
    model: type[P],
    sorts: Mapping[str, sa.ColumnElement[Any] | QueryableAttribute[Any]],
    *,
    sort: str = "id",
    limit: int = 100,
    cursor: str | None = None,
) -> Page[P]:
    """Read a part of a list by keyset: as quick at the end of a million rows as at the start.

    :param statement: what to list, filtered but not ordered.
    :param sorts: what it can be sorted by, each never NULL; ``sort`` is one of these names, with
        ``-`` before it for the reverse order.
    :param limit: rows, at most :data:`MAX_LIMIT`.
    :param cursor: :attr:`Page.next` of the part before, with the same sort.
    :raises InvalidInput: if sort, limit or cursor can't be used.
    """
    name, reverse = sort.removeprefix("-"), sort.startswith("-")
    if name not in sorts:
        choices = ", ".join(sorts)
        raise InvalidInput([Problem("sort", sort, f"must be one of {choices}, or -{name}")])
    if not 1 <= limit <= MAX_LIMIT:
        raise InvalidInput([Problem("limit", limit, f"must be from 1 to {MAX_LIMIT}")])
    key = sorts[name]
    order = sa.tuple_(key, model.id)
    session = database.session()
    count = session.scalar(
        sa.select(sa.func.count()).select_from(statement.order_by(None).subquery()),
        bind_arguments={"mapper": model},
    )
    if cursor is not None:
        value, last_id = _decode(cursor, sort, key.type)
        last = sa.tuple_(sa.literal(value, key.type), sa.literal(last_id))
        statement = statement.where(order < last if reverse else order > last)
    ordered = statement.order_by(*(c.desc() if reverse else c for c in (key, model.id)))
    rows = session.execute(ordered.add_columns(key.label("sort_key")).limit(limit + 1)).all()
    more = len(rows) > limit
    items = [row[0] for row in rows[:limit]]
    following = _encode(sort, rows[limit - 1][1], items[-1].id) if more else None
    return Page(items, following, count or 0)


def contains(text: str, *columns: QueryableAttribute[Any]) -> sa.ColumnElement[bool]:
    """A filter: the text is somewhere in one of the columns, whatever its case."""
    return sa.or_(*(column.icontains(text, autoescape=True) for column in columns))


def _encode(sort: str, value: object, key: int) -> str:
    shown = {"t": value.isoformat()} if isinstance(value, datetime) else value
    text = json.dumps([sort, shown, key], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _decode(cursor: str, sort: str, kind: sa.types.TypeEngine[Any]) -> tuple[Any, int]:
    expected = datetime if isinstance(kind, UTCDateTime) else kind.python_type
    try:
        text = base64.urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4))
        made_for, value, key = json.loads(text)
        if isinstance(value, dict):
            value = datetime.fromisoformat(value["t"]).astimezone(timezone.utc)
        if made_for == sort and isinstance(value, expected) and _fits(value) and _fits(key):
            return value, key
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        pass
    message = "must be the cursor that the list itself gave, asked for with the same sort"
    raise InvalidInput([Problem("cursor", cursor, message)])


def _fits(value: object) -> bool:
    if isinstance(value, int):
        return abs(value) <= _MAX_ID
    return b"\0" not in str(value).encode()
