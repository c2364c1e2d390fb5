"""Taking ended sessions to the history, a moment after they ended."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Sequence
from datetime import datetime, timedelta
from threading import Lock

from . import attendance, cuts, forks, history
from .connections import Connections
from .errors import Unavailable
from .sessions import EndedSession

log = logging.getLogger("flask_iptv")

#: Ended sessions that wait for a database that is away; the oldest go first.
MOST_WAITING = 200_000
#: How many are written or swept at once: a host's SQLite is locked meanwhile.
BATCH = SWEPT = 500
#: For how long it can be seen what became of telling a media server.
CUTS_SHOWN = timedelta(days=7)
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
        self._flushing = Lock()
        self._sweep_at: datetime | None = None
        forks.forget_in_children(self)

    def remember(self, ended: Sequence[EndedSession]) -> None:
        """Take what has ended; it is written at the next :meth:`flush`."""
        self._waiting.extend(ended)

    def flush(self, now: datetime) -> None:
        """Write what is waiting.

        :param now: UTC.
        :raises Unavailable: if the database does not answer; what was not written goes on waiting.
        """
        with self._flushing:
            self._flush()

    def _flush(self) -> None:
        while self._waiting:
            batch = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
            try:
                self._write(batch)
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
        with self._connections.transaction() as connection:
            swept = history.sweep(connection, before=before, limit=SWEPT)
            shown_until = now - CUTS_SHOWN
            swept_cuts = cuts.sweep(connection, before=shown_until, limit=SWEPT)
            swept_minutes = attendance.sweep(connection, now=now, limit=SWEPT)
        rest = max(swept, swept_cuts, swept_minutes) >= SWEPT
        self._sweep_at = None if rest else now + SWEEP_EVERY

    def forget(self) -> None:
        """Leave what is waiting to the parent of this process."""
        self._waiting.clear()
        self._flushing = Lock()

    def _write(self, ended: Sequence[EndedSession]) -> None:
        try:
            with self._connections.transaction() as connection:
                history.write(connection, ended, keep_rows=self._days > 0)
                cuts.order(connection, ended)
        except Unavailable:
            raise
        except Exception:
            # Without the one that can't be written, whatever is wrong with it.
            log.exception("%d ended sessions can't be written to the history", len(ended))
            if len(ended) > 1:
                for one in ended:
                    self._write([one])
