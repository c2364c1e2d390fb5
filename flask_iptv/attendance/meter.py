"""Measuring how many sessions are open, and counting refusals, apart from the questions."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock

from .. import forks
from ..connections import Connections
from ..sessions import Selection, Store
from . import ledger
from .periods import minute_of

#: Refusals since the last second; with more of them the first are not counted.
MOST_UNREAD = 1_000_000
#: Minutes with a reason that wait for a database that is away; the oldest go first.
MOST_WAITING = 10_000
#: The time between two writes, so that refusals without end are a statement now and then.
FLUSH_EVERY = timedelta(seconds=10)
#: In minutes: where nobody watches, it is written only now and then that it is so.
ZERO_EVERY = 10


class Meter:
    """Measures for one app, in each of its processes; they write to the same rows.

    :param store: gives the session store.
    """

    def __init__(self, connections: Connections, store: Callable[[], Store]) -> None:
        self._connections = connections
        self._store = store
        self._unread: deque[str] = deque(maxlen=MOST_UNREAD)
        #: Take the reason of a refusal. To append is one step, so no thread waits for another,
        #: and none is lost.
        self.refused: Callable[[str], None] = self._unread.append
        self._counted: dict[tuple[int, str], int] = {}
        self._flushing = Lock()
        self._flushed_at: datetime | None = None
        self._measured: int | None = None
        self._was_zero = False
        forks.forget_in_children(self)

    def count(self, now: datetime) -> None:
        """Count the refusals since the last time, and write them every few seconds.

        :param now: UTC.
        :raises Unavailable: if the database does not answer; what was not written goes on waiting.
        """
        with self._flushing:
            self._read(now)
            # The clock may have been set back.
            last = self._flushed_at
            if last is None or not timedelta(0) <= now - last < FLUSH_EVERY:
                self._flushed_at = now
                self._flush()

    def flush(self, now: datetime) -> None:
        """Write what was counted now.

        :raises Unavailable: as :meth:`count`.
        """
        with self._flushing:
            self._read(now)
            self._flush()

    def measure(self, now: datetime) -> None:
        """Write down how many sessions are open, once a minute.

        :param now: UTC.
        :raises Unavailable: if the database or the store does not answer; it is tried again until
            the minute is over.
        """
        minute = minute_of(now)
        if minute == self._measured:
            return
        sessions = self._store().count(Selection(), now=now)
        if sessions or not self._was_zero or minute % ZERO_EVERY == 0:
            with self._connections.transaction() as connection:
                ledger.write_sessions(connection, minute, sessions)
        self._measured, self._was_zero = minute, sessions == 0

    def forget(self) -> None:
        """Leave what was counted to the parent of this process."""
        self._unread.clear()
        self._counted = {}
        self._flushing = Lock()

    def _read(self, now: datetime) -> None:
        minute, counted = minute_of(now), self._counted
        # Those that come meanwhile are for the next time: refusals may come faster than this goes.
        for _ in range(len(self._unread)):
            key = (minute, self._unread.popleft())
            counted[key] = counted.get(key, 0) + 1
        while len(counted) > MOST_WAITING:
            del counted[next(iter(counted))]

    def _flush(self) -> None:
        if self._counted:
            with self._connections.transaction() as connection:
                ledger.write_refusals(connection, self._counted)
            self._counted = {}
