"""What users, channels, packages and servers are looked up, kept unique and paged by."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import QueryableAttribute

from . import casefolding, cursors, database
from .errors import MAX_PROBLEMS, Duplicate, InvalidInput, NotFound, Problem
from .models import Cut, PastSession, Record
from .phrases import Phrase

R = TypeVar("R", bound=Record)
L = TypeVar("L", bound="Record | PastSession | Cut")
P = TypeVar("P")

#: The most rows a page may have, and how many it has unless something else is asked for.
MAX_LIMIT, LIMIT = 1000, 100
#: Longer lists are not counted to their end: nobody reads them, and it takes longer than the page.
COUNTED = 10_000
#: Characters that are searched for; SQLite refuses very long patterns.
MAX_SEARCH = 255
MAX_ID = 2**31 - 1


def by_id(model: type[R], noun: str, key: int) -> R:
    """Look up by id.

    :raises NotFound: if there is none.
    """
    found = database.session().get(model, key) if 0 < key <= MAX_ID else None
    if found is None:
        raise NotFound(noun, key)
    return found


def by_name(model: type[R], noun: str, name: str) -> R:
    """Look up by name.

    :raises NotFound: if there is none.
    """
    found = None
    if is_storable(name):
        found = database.session().scalars(sa.select(model).where(model.name == name)).first()
    # Some databases find "bob" for "bob ".
    if found is None or found.name != name:
        raise NotFound(noun, name)
    return found


def is_storable(text: str) -> bool:
    """Whether every database can hold a text: no NUL and no half of a character."""
    try:
        return b"\0" not in text.encode()
    except UnicodeEncodeError:
        # A command's argument that is no UTF-8.
        return False


def all_named(model: type[R], noun: str, field: str, names: Iterable[str]) -> list[R]:
    """Look up several by name, in the order of the names.

    :raises InvalidInput: naming those that there are not, up to :data:`MAX_PROBLEMS`.
    """
    wanted = list(dict.fromkeys(names))
    found = {}
    for part in _parts(wanted):
        for record in database.session().scalars(sa.select(model).where(model.name.in_(part))):
            found[record.name] = record
    _require_all(noun, field, wanted, found)
    return [found[name] for name in wanted]


def ids_named(model: type[R], noun: str, field: str, names: Iterable[str]) -> set[int]:
    """The ids of several, without reading more of them: there may be many thousands.

    :raises InvalidInput: naming those that there are not, up to :data:`MAX_PROBLEMS`.
    """
    wanted = list(dict.fromkeys(names))
    found: dict[str, int] = {}
    for part in _parts(wanted):
        statement = sa.select(model.name, model.id).where(model.name.in_(part))
        found.update((row.name, row.id) for row in database.session().execute(statement))
    _require_all(noun, field, wanted, found)
    return {found[name] for name in wanted}


def _parts(names: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(names), 500):
        yield names[start : start + 500]


def _require_all(noun: str, field: str, wanted: list[str], found: Container[str]) -> None:
    missing = [name for name in wanted if name not in found]
    if not missing:
        return
    told = missing[:MAX_PROBLEMS]
    problems = [Problem(field, name, NotFound(noun, name).message) for name in told]
    raise InvalidInput(problems, len(missing) - len(told))


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
    :param count: how many there are in all parts; an estimate if there are more than were counted,
        and no more than those if the list is filtered.
    :param more_than: how many were counted, if there are more.
    """

    items: list[P]
    next: str | None
    count: int
    more_than: int | None = None


def page(
    statement: sa.Select[Any],
    model: type[L],
    sorts: Mapping[str, sa.ColumnElement[Any] | QueryableAttribute[Any]],
    *,
    sort: str = "id",
    limit: int = LIMIT,
    cursor: str | None = None,
) -> Page[L]:
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
        message = Phrase(
            "must be one of %(choices)s, with - before it for the reverse order", choices=choices
        )
        raise InvalidInput([Problem("sort", sort, message)])
    if not 1 <= limit <= MAX_LIMIT:
        message = Phrase("must be from 1 to %(most)s", most=MAX_LIMIT)
        raise InvalidInput([Problem("limit", limit, message)])
    key = sorts[name]
    order = [model.id] if name == "id" else [key, model.id]
    part = statement.order_by(*(column.desc() if reverse else column for column in order))
    if cursor is not None:
        last = cursors.decode(cursor, sort, _python_type(key.type))[-len(order) :]
        each, there = sa.tuple_(*order), sa.tuple_(*map(_literal, last, order))
        part = part.where(each < there if reverse else each > there)
    part = part.add_columns(key.label("sort_key")).limit(limit + 1)
    rows = database.session().execute(part).all()
    more = len(rows) > limit
    items = [row[0] for row in rows[:limit]]
    following = cursors.encode(sort, rows[limit - 1][1], items[-1].id) if more else None
    if cursor is None and not more:
        return Page(items, None, len(items))
    return Page(items, following, *_count(statement, model))


def counted(model: type[L]) -> Page[L]:
    """Count all rows of a table as a page of them does, without reading one."""
    return Page([], None, *_count(sa.select(model), model))


def _python_type(kind: sa.types.TypeEngine[Any]) -> type[Any]:
    return kind.python_type


def _literal(value: object, column: Any) -> sa.ColumnElement[Any]:
    # A made-up cursor may hold a number that the column can't.
    return sa.literal(value, sa.BigInteger() if isinstance(value, int) else column.type)


def _count(statement: sa.Select[Any], model: type[L]) -> tuple[int, int | None]:
    """Give the last two fields of a :class:`Page`."""
    session, bind = database.session(), {"mapper": model}
    some = statement.with_only_columns(model.id).limit(COUNTED + 1).subquery()
    count = session.scalar(sa.select(sa.func.count()).select_from(some), bind_arguments=bind) or 0
    if count <= COUNTED:
        return count, None
    if statement.whereclause is not None:
        return COUNTED, COUNTED
    # One look at either end of the index; each by itself, or SQLite reads all that is between.
    last = sa.select(sa.func.max(model.id)).scalar_subquery()
    first = sa.select(sa.func.min(model.id)).scalar_subquery()
    estimate = session.scalar(sa.select(last - first + 1), bind_arguments=bind)
    return estimate or COUNTED, COUNTED


def among(column: QueryableAttribute[int], ids: Iterable[int]) -> sa.ColumnElement[bool]:
    """A filter: the column has one of these ids."""
    # Written out: there may be more of them than a statement may have parameters.
    written: sa.BindParameter[Any] = sa.bindparam(
        "among", list(ids), sa.Integer, unique=True, expanding=True, literal_execute=True
    )
    return column.in_(written)


def contains(text: str, *columns: QueryableAttribute[Any]) -> sa.ColumnElement[bool]:
    """A filter: the text is somewhere in one of the columns, whatever its case.

    :raises InvalidInput: if it is longer than any of them, or no database can hold it.
    """
    if len(text) > MAX_SEARCH:
        message = Phrase("may have at most %(max_length)s characters", max_length=MAX_SEARCH)
        raise InvalidInput([Problem("search", None, message)])
    if not is_storable(text):
        raise InvalidInput([Problem("search", None, Phrase("must be a text"))])
    bind = database.session().get_bind(sa.inspect(columns[0].class_))
    condition = casefolding.condition(bind.dialect.name)
    return sa.or_(*(condition(column, text) for column in columns))
