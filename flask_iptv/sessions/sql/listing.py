"""The statements that read open sessions in SQL."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ...lent import Lent
from ..store import Audience, OpenSession, Selection
from .statements import COLUMNS, SESSIONS, given, slot_of

_T = SESSIONS.c


def get(lent: Lent, session_id: int, now: datetime) -> OpenSession | None:
    """An open session by its id."""
    statement = lent.prepared(
        "get", lambda: sa.select(*COLUMNS).where(_T.id == given("id", _T.id), *_open())
    )
    values = {"given_id": session_id, "given_now": now}
    for row in statement.rows(lent.cursor, values):
        return slot_of(row).shown()
    return None


def select(lent: Lent, wanted: Selection, limit: int, now: datetime) -> list[OpenSession]:
    """A part of the open sessions."""
    key = _T.opened_at if wanted.sort == "opened_at" else _T.id
    order = sa.tuple_(key, _T.id)
    statement = sa.select(*COLUMNS).where(*_wanted(wanted), *_open())
    values: dict[str, Any] = {"given_now": now, "given_limit": limit}
    values |= {"given_user": wanted.user_id, "given_channel": wanted.channel_id}
    if wanted.after is not None:
        values |= {"given_value": wanted.after[0], "given_id": wanted.after[1]}
        last = sa.tuple_(given("value", key), given("id", _T.id))
        statement = statement.where(order < last if wanted.reverse else order > last)
    keys = (key.desc(), _T.id.desc()) if wanted.reverse else (key.asc(), _T.id.asc())
    statement = statement.order_by(*keys).limit(sa.bindparam("given_limit", type_=sa.Integer))
    shape = (wanted.user_id is None, wanted.channel_id is None, wanted.after is None)
    prepared = lent.prepared(("select", *shape, wanted.sort, wanted.reverse), lambda: statement)
    return [slot_of(row).shown() for row in prepared.rows(lent.cursor, values)]


def count(lent: Lent, wanted: Selection, now: datetime) -> int:
    """How many sessions are open."""
    statement = sa.select(sa.func.count()).where(*_wanted(wanted), *_open())
    values = {
        "given_now": now,
        "given_user": wanted.user_id,
        "given_channel": wanted.channel_id,
    }
    shape = (wanted.user_id is None, wanted.channel_id is None)
    prepared = lent.prepared(("count", *shape), lambda: statement.select_from(SESSIONS))
    return int(prepared.rows(lent.cursor, values)[0][0])


def count_by_user(
    connection: sa.Connection, user_ids: Sequence[int], now: datetime
) -> dict[int, int]:
    """How many sessions each of these users has open."""
    statement = (
        sa.select(_T.user_id, sa.func.count())
        .where(_T.user_id.in_(user_ids), *_open())
        .group_by(_T.user_id)
    )
    rows = connection.execute(statement, {"given_now": now})
    return {row[0]: row[1] for row in rows}


def audience(lent: Lent, now: datetime) -> Audience:
    """How many watch, and what."""
    users = lent.prepared(
        "users", lambda: sa.select(sa.func.count(_T.user_id.distinct())).where(*_open())
    )
    by_channel = lent.prepared(
        "by channel",
        lambda: sa.select(_T.channel_id, sa.func.count()).where(*_open()).group_by(_T.channel_id),
    )
    values = {"given_now": now}
    found = users.rows(lent.cursor, values)
    counts = by_channel.rows(lent.cursor, values)
    return Audience(int(found[0][0]), {int(row[0]): int(row[1]) for row in counts})


def _open() -> tuple[sa.ColumnElement[bool], ...]:
    return _T.cut_reason.is_(None), _T.expires_at > given("now", _T.expires_at)


def _wanted(wanted: Selection) -> Iterable[sa.ColumnElement[bool]]:
    if wanted.user_id is not None:
        yield _T.user_id == given("user", _T.user_id)
    if wanted.channel_id is not None:
        yield _T.channel_id == given("channel", _T.channel_id)
