"""Writing what was measured and counted, on a connection of whoever writes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import cast

import sqlalchemy as sa

from ..models import Attendance, Refusals
from ..sweeping import delete_first
from ..upserts import add_missing, add_up
from .periods import KEPT, minute_of

_ATTENDANCE, _REFUSALS = (cast(sa.Table, model.__table__) for model in (Attendance, Refusals))


def write_sessions(connection: sa.Connection, minute: int, sessions: int) -> None:
    """Write down how many sessions are open; whoever measures a minute first has it."""
    add_missing(connection, _ATTENDANCE, {"minute": minute, "sessions": sessions})


def write_refusals(connection: sa.Connection, counted: Mapping[tuple[int, str], int]) -> None:
    """Add to the refusals of each minute.

    :param counted: how many there were in a minute for a reason.
    """
    rows = [
        {"minute": minute, "reason": reason, "times": times}
        for (minute, reason), times in sorted(counted.items())
    ]
    add_up(connection, _REFUSALS, rows, ["times"])


def sweep(connection: sa.Connection, *, now: datetime, limit: int) -> int:
    """Delete what nobody looks at any more; nothing is committed.

    See :func:`~flask_iptv.sweeping.delete_first`.

    :returns: how many rows of one of the tables were deleted, of the one with more of them.
    """
    before = minute_of(now - KEPT)
    return max(
        delete_first(connection, table.c.minute, before=before, limit=limit)
        for table in (_ATTENDANCE, _REFUSALS)
    )
