"""The statements by which a device that goes on with its session keeps its slot."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa

from ...lent import Lent
from ..store import Admission, Event
from .statements import SESSIONS, given

_T = SESSIONS.c


class Held(NamedTuple):
    """The slot of a device that asks, as far as it takes to see whether all stays as it is."""

    id: int
    channel_id: int
    server_session: str | None
    protocol: str | None
    expires_at: datetime
    cut_reason: str | None

    def goes_on_with(self, wish: Admission, now: datetime) -> bool:
        """Whether :func:`keep` would renew it."""
        return (
            self.cut_reason is None
            and self.expires_at > now
            and self.channel_id == wish.channel_id
            and self.server_session == wish.server_session
            and self.protocol == wish.protocol
        )


def held(lent: Lent, digest: str) -> Held | None:
    """The slot of a device; nothing is locked for it."""
    columns = [_T[name] for name in Held._fields]
    mine = _T.device == given("device", _T.device)
    statement = lent.prepared("held", lambda: sa.select(*columns).where(mine))
    for row in statement.rows(lent.cursor, {"given_device": digest}):
        return Held(*row)
    return None


class Renewal(NamedTuple):
    """When a device was heard of last, and until when it keeps its slot."""

    at: datetime
    expires_at: datetime


def renew(lent: Lent, renewals: Iterable[tuple[int, Renewal]]) -> None:
    """Write renewals, where nothing that came later is written already."""
    now = given("now", _T.seen_at)
    mine = (_T.id == given("id", _T.id), _T.cut_reason.is_(None), _T.seen_at < now)
    values = {"seen_at": now, "expires_at": given("expires", _T.expires_at)}
    statement = lent.prepared("renew", lambda: sa.update(SESSIONS).where(*mine).values(values))
    for id, renewal in renewals:
        values_of = {"given_id": id, "given_now": renewal.at, "given_expires": renewal.expires_at}
        statement.run(lent.cursor, values_of)


def keep(lent: Lent, wish: Admission, digest: str, now: datetime) -> bool:
    """Renew the lease of a device that goes on with its session."""
    values = {
        "given_device": digest,
        "given_channel": wish.channel_id,
        "given_session": wish.server_session,
        "given_protocol": wish.protocol,
        "given_now": now,
        "given_expires": now + timedelta(seconds=wish.lease),
        "given_bytes": wish.bytes,
    }
    told, is_update = wish.bytes is not None, wish.event is Event.UPDATE
    key = ("keep", told, is_update)
    return lent.prepared(key, lambda: _keep(told, is_update)).run(lent.cursor, values) > 0


def _keep(told: bool, is_update: bool) -> sa.Update:
    now = given("now", _T.seen_at)
    statement = (
        sa.update(SESSIONS)
        .where(_T.device == given("device", _T.device))
        .where(_T.cut_reason.is_(None), _T.expires_at > now)
        .where(_T.channel_id == given("channel", _T.channel_id))
        .where(_T.server_session.is_not_distinct_from(given("session", _T.server_session)))
        .where(_T.protocol.is_not_distinct_from(given("protocol", _T.protocol)))
        .values(seen_at=now, expires_at=given("expires", _T.expires_at))
    )
    if is_update:
        statement = statement.values(previous_session=sa.null())
    if not told:
        return statement
    number = given("bytes", _T.bytes)
    more = sa.case((number > _T.server_bytes, number - _T.server_bytes), else_=0)
    return statement.values(bytes=sa.func.coalesce(_T.bytes, 0) + more, server_bytes=number)
