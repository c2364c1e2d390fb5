"""Taking ended sessions to the history, a moment after they ended."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from . import history
from .connections import Connections, Lent
from .sessions import EndedSession

log = logging.getLogger("flask_iptv")

#: Ended sessions that wait for a database that is away; the oldest go first.
MOST_WAITING = 200_000
#: How many are written or swept at once: a host's SQLite is locked meanwhile.
BATCH = SWEPT = 500
#: The time between two sweeps once there is nothing more to sweep.
SWEEP_EVERY = timedelta(minutes=10)


class Recorder:
    """Writes ended sessions in batches, apart from the questions that ended them.

    :param days: for which they are kept; with 0 only their daily totals are written.
    """

    def __init__(self, connections: Connections, days: int) -> None:
        self._connections = connections
        self._days = days
        self._waiting: deque[EndedSession] = deque(maxlen=MOST_WAITING)
        self._sweep_at: datetime | None = None

    def remember(self, ended: Sequence[EndedSession]) -> None:
        """Take what has ended; it is written at the next :meth:`flush`."""
        self._waiting.extend(ended)

    def flush(self, now: datetime) -> None:
        """Write what is waiting.

        :param now: UTC.
        :raises Unavailable: if the database does not answer; what was not written goes on waiting.
        """
        while self._waiting:
            batch = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
            try:
                self._connections.ask(partial(self._write, ended=batch))
            except BaseException:
                self._waiting.extendleft(reversed(batch))
                raise

    def sweep(self, now: datetime) -> None:
        """Delete what has been kept for long enough, a part at a time.

        :raises Unavailable: if the database does not answer.
        """
        if self._sweep_at is not None and now < self._sweep_at:
            return
        before = now - timedelta(days=self._days)
        swept = self._connections.ask(lambda lent: self._sweep(lent, before))
        self._sweep_at = None if swept == SWEPT else now + SWEEP_EVERY

    def _write(self, lent: Lent, ended: Sequence[EndedSession]) -> None:
        lent.begin()
        history.write(lent.connection, ended, keep_rows=self._days > 0)
        lent.commit()

    def _sweep(self, lent: Lent, before: datetime) -> int:
        lent.begin()
        swept = history.sweep(lent.connection, before=before, limit=SWEPT)
        lent.commit()
        return swept
