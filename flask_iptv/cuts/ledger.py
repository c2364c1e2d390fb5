"""Writing down who is to be cut, with the session's end, so that no restart forgets it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import cast

import sqlalchemy as sa

from ..models import Channel, Cut, utcnow
from ..sessions import EndedSession, Ending
from ..sweeping import delete_oldest

_CUTS, _CHANNELS = cast(sa.Table, Cut.__table__), cast(sa.Table, Channel.__table__)

#: Ends that the media server does not know of: it would go on playing until it asks again.
_UNKNOWN_THERE = frozenset({Ending.CUT, Ending.DISMISSED})


def order(connection: sa.Connection, ended: Sequence[EndedSession]) -> None:
    """Write down those of the ended sessions that a media server must be told to end.

    Nothing is committed.
    """
    cut = [session for session in ended if session.ending in _UNKNOWN_THERE]
    if not cut:
        return
    ids = {session.channel_id for session in cut}
    places = {
        id: {"stream": stream, "server_id": server_id}
        for id, stream, server_id in connection.execute(
            sa.select(_CHANNELS.c.id, _CHANNELS.c.name, _CHANNELS.c.server_id).where(
                _CHANNELS.c.id.in_(ids)
            )
        )
    }
    nowhere = {"stream": None, "server_id": None}
    connection.execute(
        sa.insert(_CUTS),
        [_row(session) | places.get(session.channel_id, nowhere) for session in cut],
    )


def sweep(connection: sa.Connection, *, before: datetime, limit: int) -> int:
    """Delete what was asked for before a time, whatever became of it; nothing is committed.

    See :func:`~flask_iptv.sweeping.delete_oldest`.
    """
    return delete_oldest(connection, _CUTS, _CUTS.c.asked_at, before=before, limit=limit)


def _row(session: EndedSession) -> dict[str, object]:
    now = utcnow()
    return {
        "user_id": session.user_id,
        "channel_id": session.channel_id,
        "server_session": session.server_session,
        "protocol": session.protocol,
        "address": session.address,
        "asked_at": session.ended_at,
        "due_at": now,
        "attempts": 0,
        "done": False,
    }
