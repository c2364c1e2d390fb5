"""Writing the history, on a connection of whoever writes: no app context is needed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa

from ..models import ChannelUsage, PastSession, Usage
from ..sessions.store import EndedSession
from ..sweeping import delete_oldest
from ..upserts import add_up
from .days import Share, share_out

_HISTORY, _USAGE, _CHANNEL_USAGE = (
    cast(sa.Table, model.__table__) for model in (PastSession, Usage, ChannelUsage)
)
_ADDED_UP = ("sessions", "seconds", "bytes")

#: The totals of one table by the values of its primary key.
_Totals = dict[tuple[Any, ...], list[int]]


def write(
    connection: sa.Connection, ended: Sequence[EndedSession], *, keep_rows: bool = True
) -> None:
    """Write down what has ended and add it to the totals of its days.

    Nothing is committed. Rows are locked in the same order by all who write, so that two
    processes never wait for each other, if each commits before it writes again.

    :param keep_rows: whether each session is kept, or its share of the totals only.
    """
    if not ended:
        return
    if keep_rows:
        connection.execute(sa.insert(_HISTORY), [_row(session) for session in ended])
    usage: _Totals = {}
    channel_usage: _Totals = {}
    for session in ended:
        for share in share_out(session):
            _add(usage, (session.user_id or 0, share.day, session.channel_id), share)
            _add(channel_usage, (share.day, session.channel_id), share)
    _store(connection, _USAGE, usage)
    _store(connection, _CHANNEL_USAGE, channel_usage)


def sweep(connection: sa.Connection, *, before: datetime, limit: int) -> int:
    """Delete sessions that ended before a time; nothing is committed, and totals stay.

    See :func:`~flask_iptv.sweeping.delete_oldest`; the session of a viewer who fell silent is
    written late.
    """
    return delete_oldest(connection, _HISTORY, _HISTORY.c.ended_at, before=before, limit=limit)


def _row(session: EndedSession) -> dict[str, Any]:
    return {
        "user_id": session.user_id,
        "channel_id": session.channel_id,
        "address": session.address,
        "user_agent": session.user_agent,
        "protocol": session.protocol,
        "opened_at": session.opened_at,
        "ended_at": session.ended_at,
        "bytes": session.bytes,
        "ending": session.ending.value,
    }


def _add(totals: _Totals, key: tuple[Any, ...], share: Share) -> None:
    total = totals.setdefault(key, [0, 0, 0])
    for place, name in enumerate(_ADDED_UP):
        total[place] += getattr(share, name)


def _store(connection: sa.Connection, table: sa.Table, totals: _Totals) -> None:
    key = table.primary_key.columns.keys()
    rows = [
        dict(zip((*key, *_ADDED_UP), (*values, *total), strict=True))
        for values, total in sorted(totals.items())
    ]
    add_up(connection, table, rows, _ADDED_UP)
