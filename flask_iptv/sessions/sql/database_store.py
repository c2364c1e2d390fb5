"""Sessions in the app's own database: for one process or many, on every database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import count
from typing import TypeVar

from ...connections import Connections
from ...lent import Lent
from ..registry import Registry
from ..slot import Slot
from ..store import Admission, Audience, Device, Event, OpenSession, Remember, Selection, SetAside
from . import keeping, listing, moving
from . import statements as sql
from .renewals import Renewals

T = TypeVar("T")

#: Sessions that one sweep looks at.
SWEPT = 500
#: Users whose sessions are ended in one transaction: their questions wait for it.
ENDED = 100
#: The largest number in the column of ids; PostgreSQL fails at larger ones.
_MAX_ID = 2**31 - 1


class SQLStore:
    """The store behind ``sql:``.

    A question about a session that is known costs one statement, which only reads while the end
    of the lease moves by little: see :class:`Renewals`. Everything else takes a lock on the user's
    row, on SQLite on the file, reads the user's sessions, lets a :class:`Registry` do with them
    what the rules say, and writes what changed.

    :param connections: to the database of our tables.
    """

    def __init__(self, connections: Connections, remember: Remember) -> None:
        self._connections = connections
        self._remember = remember
        self._renewals = Renewals(connections)

    def admit(self, wish: Admission, *, now: datetime) -> str | None:
        if self._goes_on(wish, now):
            return None
        # Nothing is counted for a user without a limit, who may be on very many devices.
        everything = wish.max_sessions is not None
        return self._change(
            wish.device,
            wish.server_session,
            lambda registry: registry.admit(wish, now),
            everything=everything,
        )

    def end(
        self,
        device: Device,
        server_session: str | None = None,
        *,
        now: datetime,
        bytes: int | None = None,
    ) -> None:
        self._change(
            device,
            server_session,
            lambda registry: registry.end(device, server_session, bytes, now),
        )

    def end_all(self, user_id: int, *, now: datetime) -> None:
        self._change_user(user_id, lambda registry: registry.end_all(user_id, now))

    def end_all_of(self, user_ids: Sequence[int], *, now: datetime) -> None:
        # In one order, or two who do this at once would wait for each other for ever.
        ordered = sorted(user_ids)
        for start in range(0, len(ordered), ENDED):
            self._end_some(ordered[start : start + ENDED], now)

    def keep_oldest(self, user_id: int, count: int, *, now: datetime) -> None:
        self._change_user(user_id, lambda registry: registry.keep_oldest(user_id, count, now))

    def cut(self, session_id: int, *, now: datetime) -> bool:
        if session_id > _MAX_ID:
            return False

        def work(lent: Lent) -> tuple[bool, Registry]:
            lent.begin()
            registry = self._registry(sql.locked(lent, session_id))
            found = registry.cut(session_id, now)
            sql.write(lent, registry)
            lent.commit()
            return found, registry

        return self._remembered(work)

    def get(self, session_id: int, *, now: datetime) -> OpenSession | None:
        if session_id > _MAX_ID:
            return None
        self._renewals.settle()
        return self._connections.ask(lambda lent: listing.get(lent, session_id, now))

    def select(self, wanted: Selection, *, limit: int, now: datetime) -> list[OpenSession]:
        self._renewals.settle()
        return self._connections.ask(lambda lent: listing.select(lent, wanted, limit, now))

    def count(self, wanted: Selection, *, now: datetime) -> int:
        self._renewals.settle()
        return self._connections.ask(lambda lent: listing.count(lent, wanted, now))

    def count_by_user(self, user_ids: Sequence[int], *, now: datetime) -> dict[int, int]:
        if not user_ids:
            return {}
        self._renewals.settle()
        with self._connections.transaction() as connection:
            return listing.count_by_user(connection, user_ids, now)

    def audience(self, *, now: datetime) -> Audience:
        self._renewals.settle()
        return self._connections.ask(lambda lent: listing.audience(lent, now))

    def refused_at(self) -> datetime | None:
        return None

    def set_aside(self) -> SetAside | None:
        return None

    def tick(self, now: datetime) -> None:
        self._renewals.tick(now)
        while self._sweep(now) == SWEPT:
            pass

    def empty(self, take: Callable[[Sequence[Slot]], None]) -> None:
        """Give every session away, if there are any; all stay if who takes them raises."""
        self._renewals.write()
        self._connections.write(lambda lent: moving.give_all(lent, take))

    def last_id(self) -> int:
        """The highest id that was ever given, on SQLite."""
        return self._connections.ask(sql.last_id)

    def take(self, slots: Sequence[Slot], last_id: int) -> None:
        """Take slots that were counted somewhere else; without those whose user is gone.

        :param last_id: the highest id that was ever given there; none of them is given here.
        """
        self._connections.write(lambda lent: moving.take(lent, slots, last_id))

    def close(self) -> None:
        self._renewals.write()

    def _goes_on(self, wish: Admission, now: datetime) -> bool:
        digest = wish.device.digest
        if wish.event is Event.OPEN and wish.bytes is None:
            # As proxies ask, for every segment. The updates of media servers are rarer, and tell
            # more that has to be written.
            held = self._connections.ask(lambda lent: keeping.held(lent, digest))
            if held is None or not held.goes_on_with(wish, now):
                return False
            if self._renewals.add(held.id, wish, held.expires_at, now):
                return True
        return self._connections.write(lambda lent: keeping.keep(lent, wish, digest, now))

    def _sweep(self, now: datetime) -> int:
        def work(lent: Lent) -> tuple[int, Registry]:
            if not sql.any_due(lent, now):
                return 0, _registry(())
            lent.begin()
            registry = self._registry(sql.due(lent, now, SWEPT))
            found = len(registry.slots())
            registry.expire_all(now)
            sql.write(lent, registry)
            sql.look_later(lent, registry.slots())
            lent.commit()
            return found, registry

        return self._remembered(work)

    def _end_some(self, user_ids: Sequence[int], now: datetime) -> None:
        def work(lent: Lent) -> tuple[None, Registry]:
            lent.begin()
            slots: list[Slot] = []
            for user_id in user_ids:
                sql.lock(lent, user_id)
                slots += sql.of_device(lent, Device(user_id, None, None), None, True)
            registry = self._registry(slots)
            for user_id in user_ids:
                registry.end_all(user_id, now)
            sql.write(lent, registry)
            lent.commit()
            return None, registry

        self._remembered(work)

    def _change_user(self, user_id: int, change: Callable[[Registry], T]) -> T:
        return self._change(Device(user_id, None, None), None, change, everything=True)

    def _change(
        self,
        device: Device,
        server_session: str | None,
        change: Callable[[Registry], T],
        *,
        everything: bool = False,
    ) -> T:
        def work(lent: Lent) -> tuple[T, Registry]:
            lent.begin()
            if device.user_id is not None:
                sql.lock(lent, device.user_id)
            registry = self._registry(sql.of_device(lent, device, server_session, everything))
            answer = change(registry)
            try:
                sql.write(lent, registry)
            except lent.integrity_error:
                # A viewer with a signed link takes no lock: another request was first with the
                # row. Or the user or the channel went this moment, and the next one is refused.
                lent.rollback()
                return answer, _registry(())
            lent.commit()
            return answer, registry

        return self._remembered(work)

    def _registry(self, slots: Sequence[Slot]) -> Registry:
        renewed = self._renewals.apply(slots)
        registry = _registry(slots)
        registry.renewed.update(renewed)
        return registry

    def _remembered(self, work: Callable[[Lent], tuple[T, Registry]]) -> T:
        answer, registry = self._connections.write(work)
        ended = registry.take_ended()
        if ended:
            self._remember(ended)
        return answer


def _registry(slots: Sequence[Slot]) -> Registry:
    # Ids below zero: those are not in the table yet.
    return Registry(slots, ids=count(-1, -1))
