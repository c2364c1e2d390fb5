"""Sessions in the app's own database: for one process or many, on every database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from .. import database
from ..models import Session, User
from .store import Admission, Device, Event

_SESSIONS = cast(sa.Table, Session.__table__)
_USERS = cast(sa.Table, User.__table__)
_T = _SESSIONS.c
#: Rows that nobody has claimed for this long are swept out.
_SWEEP_AFTER = timedelta(hours=1)


def _new(column: str) -> sa.BindParameter[Any]:
    return sa.bindparam(f"new_{column}", type_=_T[column].type)


# Made once: it takes longer to put them together than to run them.
_SEEN = (
    *("channel_id", "server_session", "address", "user_agent", "protocol"),
    *("seen_at", "expires_at"),
)
_KEEP_OPENED = (
    sa.update(_SESSIONS)
    .where(_T.device == sa.bindparam("held_by"))
    .where(_T.cut_reason.is_(None), _T.expires_at > _new("seen_at"))
    .values({column: _new(column) for column in _SEEN})
    .values(
        opened_at=sa.case(
            (_T.channel_id == _new("channel_id"), _T.opened_at), else_=_new("seen_at")
        )
    )
)
_KEEP_UPDATED = _KEEP_OPENED.where(_T.server_session.is_not_distinct_from(_new("server_session")))


class SQLStore:
    """The store behind ``sql:``.

    A question about a session that is known costs one statement. A new one costs five: it takes a
    lock on the user's row, on SQLite on the file, so that no two openings count at once.
    """

    def admit(self, wish: Admission, *, now: datetime) -> str | None:
        session = database.session()
        session.commit()
        kept = self._keep(wish, now)
        # What follows must see what others have committed by then, whatever the host's isolation.
        session.commit()
        if kept:
            return None
        refusal = self._claim(wish, now)
        session.commit()
        return refusal

    def end(self, device: Device, server_session: str | None = None) -> None:
        mine = _T.device == device.digest
        if server_session is not None:
            # NULL: opened by a server that told no id, so the device is all there is to go by.
            same = _T.server_session == server_session
            mine = sa.and_(mine, sa.or_(same, _T.server_session.is_(None)))
            if device.user_id is not None:
                # The viewer's address may have changed since.
                mine = sa.or_(mine, sa.and_(_T.user_id == device.user_id, same))
        database.current().connection().execute(sa.delete(_SESSIONS).where(mine))
        database.session().commit()

    def _keep(self, wish: Admission, now: datetime) -> bool:
        new = {f"new_{column}": value for column, value in _seen(wish, now).items()}
        statement = _KEEP_UPDATED if wish.event is Event.UPDATE else _KEEP_OPENED
        asked = new | {"held_by": wish.device.digest}
        return database.current().connection().execute(statement, asked).rowcount > 0

    def _claim(self, wish: Admission, now: datetime) -> str | None:
        if wish.device.user_id is None:
            self._write(None, wish, now)
            return None
        self._lock(wish.device.user_id)
        rows = self._rows(wish, now)
        own = _own(rows, wish)
        if own is not None and own.expires_at > now:
            if own.cut_reason is None:
                self._go_on(own, wish, now)
                return None
            if not _is_new_opening(wish, own):
                return self._tell(own, wish, now)
        live = [row for row in rows if row.cut_reason is None and row.expires_at > now]
        if wish.max_sessions is not None and len(live) >= wish.max_sessions:
            if not wish.replace:
                return "too_many_sessions"
            surplus = len(live) - wish.max_sessions + 1
            self._cut(sorted(live, key=lambda row: row.opened_at)[:surplus])
        self._write(own, wish, now)
        return None

    def _lock(self, user_id: int) -> None:
        connection = _fresh_transaction()
        mine = _USERS.c.id == user_id
        if connection.dialect.name != "sqlite":
            connection.execute(sa.select(_USERS.c.id).where(mine).with_for_update())
        elif cast(Any, connection.connection.dbapi_connection).in_transaction:
            # The host begins transactions itself. Only a write takes SQLite's lock in one.
            connection.execute(sa.update(_USERS).where(mine).values(id=user_id))
        else:
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    def _rows(self, wish: Admission, now: datetime) -> Sequence[sa.Row[Any]]:
        statement = sa.select(_SESSIONS).where(_T.user_id == wish.device.user_id)
        if wish.max_sessions is None:
            # Nothing to count, and one token may be on very many devices.
            same = _T.server_session == wish.server_session
            statement = statement.where(sa.or_(_T.device == wish.device.digest, same))
        return database.current().connection().execute(statement).all()

    def _go_on(self, own: sa.Row[Any], wish: Admission, now: datetime) -> None:
        # The device has its slot. An update of a session other than the slot's is of one that it
        # zapped away from: no reason to refuse, none to show that one as being watched.
        if wish.event is Event.UPDATE and own.server_session != wish.server_session:
            heard = {"seen_at": now, "expires_at": now + timedelta(seconds=wish.lease)}
            statement = sa.update(_SESSIONS).where(_T.id == own.id).values(heard)
            database.current().connection().execute(statement)
            return
        self._write(own, wish, now)

    def _tell(self, own: sa.Row[Any], wish: Admission, now: datetime) -> str:
        until = min(own.expires_at, now + timedelta(seconds=wish.grace))
        statement = sa.update(_SESSIONS).where(_T.id == own.id).values(expires_at=until)
        database.current().connection().execute(statement)
        return str(own.cut_reason)

    def _cut(self, rows: Sequence[sa.Row[Any]]) -> None:
        ids = [row.id for row in rows]
        statement = (
            sa.update(_SESSIONS).where(_T.id.in_(ids)).values(cut_reason="too_many_sessions")
        )
        database.current().connection().execute(statement)

    def _write(self, own: sa.Row[Any] | None, wish: Admission, now: datetime) -> None:
        connection = database.current().connection()
        connection.execute(sa.delete(_SESSIONS).where(_T.expires_at < now - _SWEEP_AFTER))
        device = {"device": wish.device.digest, "user_id": wish.device.user_id}
        values = device | _seen(wish, now) | {"opened_at": now, "cut_reason": None}
        if own is not None and own.expires_at >= now - _SWEEP_AFTER:
            connection.execute(sa.update(_SESSIONS).where(_T.id == own.id).values(values))
            return
        try:
            connection.execute(sa.insert(_SESSIONS).values(values))
        except IntegrityError:
            # A viewer with a signed link takes no lock: another request was first with the row.
            # Or the user or the channel went this moment, and the next question is refused.
            database.session().rollback()


def _fresh_transaction() -> sa.Connection:
    session = database.session()
    bind = session.get_bind(User)
    if isinstance(bind, sa.Engine) and bind.dialect.name != "sqlite":
        # A host may have chosen AUTOCOMMIT, which holds no lock, or a level that sees the past.
        options = {"isolation_level": "READ COMMITTED"}
        return session.connection(bind_arguments={"mapper": User}, execution_options=options)
    return database.current().connection()


def _own(rows: Sequence[sa.Row[Any]], wish: Admission) -> sa.Row[Any] | None:
    by_device = [row for row in rows if row.device == wish.device.digest]
    if wish.server_session is None or wish.event is not Event.UPDATE or by_device:
        return by_device[0] if by_device else None
    # A phone that moved from Wi-Fi to the mobile network: another address, the same session. Two
    # servers may count their sessions alike, so the stream must be the same too.
    moved = [
        row
        for row in rows
        if (row.server_session, row.channel_id) == (wish.server_session, wish.channel_id)
    ]
    return moved[0] if moved else None


def _is_new_opening(wish: Admission, cut: sa.Row[Any]) -> bool:
    is_opening = wish.event is Event.OPEN and wish.server_session is not None
    return is_opening and wish.server_session != cut.server_session


def _seen(wish: Admission, now: datetime) -> dict[str, Any]:
    return {
        "channel_id": wish.channel_id,
        "server_session": wish.server_session,
        "address": wish.device.address,
        "user_agent": wish.device.user_agent,
        "protocol": wish.protocol,
        "seen_at": now,
        "expires_at": now + timedelta(seconds=wish.lease),
    }
