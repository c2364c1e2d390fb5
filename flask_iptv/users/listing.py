"""Lists of users: those that are wanted, in parts, or all of them as bare ids."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from .. import database, records
from ..errors import InvalidInput, Problem
from ..models import Package, User, UTCDateTime, user_packages, utcnow
from ..phrases import Phrase
from ..records import LIMIT, Page
from .state import STATES, is_in

#: Users who never expire come last, whichever way the list is sorted.
_NEVER = {
    False: datetime(9999, 12, 31, tzinfo=timezone.utc),
    True: datetime(1, 1, 2, tzinfo=timezone.utc),
}
#: What a list can be sorted by besides ``expires_at``.
PLAIN_SORTS: dict[str, Any] = {"id": User.id, "name": User.name, "created_at": User.created_at}


@dataclass(frozen=True)
class Wanted:
    """Which users a list is to have.

    :param search: a text in the name, the e-mail address or the comment.
    :param package: only users who have this package.
    :param enabled: only the enabled, or only the disabled ones.
    :param state: only those who are in one of ``users.STATES`` now.
    :param name: only the user of exactly this name.
    :param email: only users with exactly this e-mail address.
    :param among: only users with one of these ids.
    """

    search: str = ""
    package: str | None = None
    enabled: bool | None = None
    state: str | None = None
    name: str | None = None
    email: str | None = None
    among: Collection[int] | None = None


def page(
    *,
    search: str = "",
    package: str | None = None,
    enabled: bool | None = None,
    state: str | None = None,
    name: str | None = None,
    email: str | None = None,
    among: Collection[int] | None = None,
    sort: str = "id",
    limit: int = LIMIT,
    cursor: str | None = None,
) -> Page[User]:
    """Read a part of the list; the filters are those of :class:`Wanted`.

    :param sort: ``"id"``, ``"name"``, ``"created_at"`` or ``"expires_at"``, by which those who
        never expire come last; with ``-`` before it for the reverse order.
    :param limit: rows, from 1 to 1000.
    :param cursor: :attr:`Page.next` of the part before, with the same sort.
    :raises InvalidInput: if the state, sort, limit or cursor can't be used.
    :raises NotFound: if there is no such package.
    """
    wanted = Wanted(search, package, enabled, state, name, email, among)
    return part(wanted, sort=sort, limit=limit, cursor=cursor)


def part(
    wanted: Wanted, *, sort: str = "id", limit: int = LIMIT, cursor: str | None = None
) -> Page[User]:
    """Read a part of the list of those that are wanted; see :func:`page`."""
    last = sa.literal(_NEVER[sort.startswith("-")], UTCDateTime())
    expires_at = sa.func.coalesce(User.expires_at, last, type_=UTCDateTime())
    statement = sa.select(User).options(selectinload(User.packages)).where(*_conditions(wanted))
    sorts = {**PLAIN_SORTS, "expires_at": expires_at}
    return records.page(statement, User, sorts, sort=sort, limit=limit, cursor=cursor)


def ids(wanted: Wanted) -> list[int]:
    """The ids of all that are wanted, by name; nothing else of them is read."""
    statement = sa.select(User.id).where(*_conditions(wanted)).order_by(User.name)
    return list(database.session().scalars(statement))


def named(user_ids: Sequence[int]) -> list[User]:
    """The users with these ids and their packages, in this order, but for those who are gone."""
    statement = sa.select(User).options(selectinload(User.packages)).where(User.id.in_(user_ids))
    found = {user.id: user for user in database.session().scalars(statement)}
    return [found[id] for id in user_ids if id in found]


def _conditions(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    if wanted.search:
        texts = (User.name, User.email, User.comment)
        conditions.append(records.contains(wanted.search, *texts))
    if wanted.package is not None:
        held = records.by_name(Package, "package", wanted.package)
        owners = user_packages.c
        owner_ids = sa.select(owners.user_id).where(owners.package_id == held.id)
        conditions.append(User.id.in_(owner_ids))
    if wanted.state is not None:
        conditions.append(is_in(_known(wanted.state), utcnow()))
    if wanted.among is not None:
        conditions.append(records.among(User.id, wanted.among))
    exact = (
        (User.enabled, wanted.enabled),
        (User.name, wanted.name),
        (User.email, wanted.email),
    )
    conditions += [column == value for column, value in exact if value is not None]
    return conditions


def _known(state: str) -> str:
    if state not in STATES:
        message = Phrase("must be one of %(choices)s", choices=", ".join(STATES))
        raise InvalidInput([Problem("state", state, message)])
    return state
