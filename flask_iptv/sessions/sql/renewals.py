"""Renewals that are not in the table yet, as they move the end of a lease by little."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from threading import Lock

from ...connections import Connections
from ...errors import Unavailable
from ...lent import Lent
from ..slot import Slot
from ..store import Admission
from .keeping import Renewal, renew

#: The part of a lease by which its end in the table may lag behind. The usual lease is the time
#: between two questions and half a minute: a device that asks on time keeps its slot even if the
#: process is killed, and all that it had yet to write is lost.
PART = 8
#: For how long a renewal stays unwritten; twice as long where no thread of ours writes it.
WAITS = timedelta(seconds=5)


class Renewals:
    """What a process has yet to write, by the id of the session.

    :param connections: to the database of our tables.
    """

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._waiting: dict[int, Renewal] = {}
        self._since: datetime | None = None
        self._changing = Lock()

    def add(self, id: int, wish: Admission, expires_at: datetime, now: datetime) -> bool:
        """Keep a renewal for later if that is safe; whether it is.

        :param expires_at: the end of the lease in the table.
        """
        lease = timedelta(seconds=wish.lease)
        if expires_at < now + lease - lease / PART:
            return False
        with self._changing:
            self._waiting[id] = Renewal(now, now + lease)
            self._since = self._since or now
        if self._have_waited(2 * WAITS, now):
            self.write()
        return True

    def apply(self, slots: Iterable[Slot]) -> list[int]:
        """Bring slots of the table up to date; the ids of those that this has changed."""
        changed = []
        for slot in slots:
            renewal = self._waiting.get(slot.id)
            if renewal is not None and renewal.at > slot.seen_at and slot.cut_reason is None:
                slot.seen_at, slot.expires_at = renewal
                changed.append(slot.id)
        return changed

    def tick(self, now: datetime) -> None:
        """Write them when they have waited for long enough."""
        if self._have_waited(WAITS, now):
            self.write()

    def settle(self) -> None:
        """Write them before somebody reads, who will see them a moment later if that fails."""
        with suppress(Unavailable):
            self.write()

    def write(self) -> None:
        """Write them.

        :raises Unavailable: if the database does not answer; they go on waiting.
        """
        if not self._waiting:
            return
        with self._changing:
            taken, self._waiting = self._waiting, {}
            since, self._since = self._since, None
        try:
            self._connections.write(lambda lent: _write(lent, taken))
        except BaseException:
            with self._changing:
                self._waiting = {**taken, **self._waiting}
                self._since = since
            raise

    def _have_waited(self, time: timedelta, now: datetime) -> bool:
        since = self._since
        return since is not None and now - since >= time


def _write(lent: Lent, renewals: dict[int, Renewal]) -> None:
    if lent.connection.dialect.name != "sqlite":
        # Each by itself: who locks many rows may wait for one who waits for them.
        renew(lent, renewals.items())
        return
    lent.begin()
    renew(lent, renewals.items())
    lent.commit()
