"""The statements that change sessions in SQL, or read what is to be changed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa

from ...lent import Lent
from ...models import Session, User
from ...prepared import Prepared, Row
from ..registry import Registry
from ..slot import Slot
from ..store import Device

SESSIONS = cast(sa.Table, Session.__table__)
_USERS = cast(sa.Table, User.__table__)
_T = SESSIONS.c
#: In the order of :func:`slot_of`.
COLUMNS = (
    *(_T.id, _T.device, _T.user_id, _T.address, _T.user_agent, _T.channel_id, _T.protocol),
    *(_T.server_session, _T.previous_session, _T.opened_at, _T.seen_at, _T.expires_at),
    *(_T.cut_reason, _T.bytes, _T.server_bytes),
)


def given(name: str, column: sa.Column[Any]) -> sa.BindParameter[Any]:
    """A value that a statement is given when it is run, of the type of a column."""
    return sa.bindparam(f"given_{name}", type_=column.type)


def lock(lent: Lent, user_id: int) -> None:
    """Keep every other question of this user waiting until the transaction ends."""
    if lent.connection.dialect.name == "sqlite":
        return
    mine = sa.select(_USERS.c.id).where(_USERS.c.id == given("user", _T.user_id))
    statement = lent.prepared("lock user", mine.with_for_update)
    statement.rows(lent.cursor, {"given_user": user_id})


def of_device(
    lent: Lent, device: Device, server_session: str | None, everything: bool
) -> list[Slot]:
    """The slots that a question of a device is about.

    :param everything: those of all devices of the user.
    """
    by_user = everything and device.user_id is not None
    by_session = not by_user and device.user_id is not None and server_session is not None
    mine = _T.device == given("device", _T.device)
    of_user = _T.user_id == given("user", _T.user_id)
    if by_user:
        mine = of_user
    elif by_session:
        same = _T.server_session == given("session", _T.server_session)
        mine = sa.or_(mine, sa.and_(of_user, same))
    digest = device.digest
    values = {
        "given_device": digest,
        "given_user": device.user_id,
        "given_session": server_session,
    }
    statement = lent.prepared(
        ("of device", by_user, by_session),
        lambda: sa.select(*COLUMNS).where(mine).with_for_update(),
    )
    return [slot_of(row, device, digest) for row in statement.rows(lent.cursor, values)]


def locked(lent: Lent, session_id: int) -> list[Slot]:
    """The slot with this id, and nobody else changes it until the transaction ends."""
    wanted = _T.id == given("id", _T.id)
    question = sa.select(*COLUMNS).where(wanted)
    statement = lent.prepared("locked", question.with_for_update)
    return [slot_of(row) for row in statement.rows(lent.cursor, {"given_id": session_id})]


def any_due(lent: Lent, now: datetime) -> bool:
    """Whether there is anything to sweep."""
    due = _T.due_at <= given("now", _T.due_at)
    statement = lent.prepared("any due", lambda: sa.select(_T.id).where(due).limit(1))
    return bool(statement.rows(lent.cursor, {"given_now": now}))


def due(lent: Lent, now: datetime, limit: int) -> list[Slot]:
    """Some that are to be looked at, without those that another process sweeps at this moment."""
    over = _T.due_at <= given("now", _T.due_at)
    question = sa.select(*COLUMNS).where(over).limit(limit)
    statement = lent.prepared(("due", limit), lambda: question.with_for_update(skip_locked=True))
    return [slot_of(row) for row in statement.rows(lent.cursor, {"given_now": now})]


def look_later(lent: Lent, slots: Iterable[Slot]) -> None:
    """Look at slots again when their leases end."""
    mine = _T.id == given("id", _T.id)
    statement = lent.prepared(
        "look later",
        lambda: sa.update(SESSIONS).where(mine).values(due_at=given("due", _T.due_at)),
    )
    for slot in slots:
        statement.run(lent.cursor, {"given_id": slot.id, "given_due": slot.expires_at})


def write(lent: Lent, registry: Registry) -> None:
    """Write what a registry says has changed.

    A slot that a registry has added has an id of the registry's, and gets one of the table's.
    """
    if registry.gone:
        statement = lent.prepared(
            "delete", lambda: sa.delete(SESSIONS).where(_T.id == given("id", _T.id))
        )
        for id in sorted(registry.gone):
            statement.run(lent.cursor, {"given_id": id})
    for id in sorted(registry.changed | registry.renewed):
        slot = registry.get(id)
        if slot is None:
            continue
        if id < 0:
            insert(lent, slot)
        else:
            _update(lent, slot).run(lent.cursor, _values(slot) | {"given_id": id})


def insert(lent: Lent, slot: Slot, *, keeps_id: bool = False) -> None:
    """Write a slot that is not in the table; it gets an id of the table's unless it keeps its."""
    columns = COLUMNS if keeps_id else COLUMNS[1:]
    statement = lent.prepared(("insert", keeps_id), lambda: _insertion(columns))
    values = {"given_id": slot.id} if keeps_id else {}
    statement.run(lent.cursor, _values(slot) | {"given_due": slot.expires_at} | values)


def _insertion(columns: Iterable[sa.Column[Any]]) -> sa.Insert:
    values = {column.name: given(column.name, column) for column in columns}
    values["due_at"] = given("due", _T.due_at)
    return sa.insert(SESSIONS).values(values)


def last_id(lent: Lent) -> int:
    """The highest id that was ever given, on SQLite."""
    lent.cursor.execute("SELECT max(seq) FROM sqlite_sequence WHERE name = ?", (SESSIONS.name,))
    return lent.cursor.fetchone()[0] or 0


def leave_out_ids(lent: Lent, last: int) -> None:
    """Give none of the ids up to this one from now on, on SQLite."""
    last = max(last, last_id(lent))
    lent.cursor.execute("DELETE FROM sqlite_sequence WHERE name = ?", (SESSIONS.name,))
    values = (SESSIONS.name, last)
    lent.cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", values)


def any_session(lent: Lent) -> bool:
    """Whether the table has anything."""
    return bool(lent.prepared("any", lambda: sa.select(_T.id).limit(1)).rows(lent.cursor, {}))


def every(lent: Lent) -> list[Slot]:
    """All slots of the table."""
    statement = lent.prepared("every", lambda: sa.select(*COLUMNS).order_by(_T.id))
    return [slot_of(row) for row in statement.rows(lent.cursor, {})]


def delete_every(lent: Lent) -> None:
    """Empty the table."""
    lent.prepared("delete every", lambda: sa.delete(SESSIONS)).run(lent.cursor, {})


def _update(lent: Lent, slot: Slot) -> Prepared:
    # A signed link is known by its digest only, so the device of its viewer stays as it is.
    columns = COLUMNS[1:] if slot.device.user_id is not None else COLUMNS[5:]
    values = {column.name: given(column.name, column) for column in columns}
    mine = _T.id == given("id", _T.id)
    return lent.prepared(
        ("update", len(columns)), lambda: sa.update(SESSIONS).where(mine).values(values)
    )


def _values(slot: Slot) -> dict[str, Any]:
    device = slot.device
    return {
        "given_device": device.digest,
        "given_user_id": device.user_id,
        "given_address": device.address,
        "given_user_agent": device.user_agent,
        **{f"given_{name}": getattr(slot, name) for name in _SAME},
    }


#: Columns that are called as in a slot.
_SAME = tuple(column.name for column in COLUMNS[5:])


def slot_of(row: Row, device: Device | None = None, digest: str = "") -> Slot:
    """A row of :data:`COLUMNS` as a slot.

    :param device: the one that asks, whose slot it may be.
    :param digest: of that device.
    """
    slot = Slot.__new__(Slot)
    slot.id = row[0]
    # The link of a signed link's viewer is in the digest only.
    own = device is not None and row[1] == digest
    slot.device = device if device is not None and own else Device(*row[2:5])
    for name, value in zip(_SAME, row[5:], strict=True):
        setattr(slot, name, value)
    return slot
