"""Sessions beside or in an SQLite database, wherever the processes that serve it need them."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import count
from threading import Lock
from typing import TypeVar

from .. import waiting
from ..errors import Unavailable
from ..phrases import Phrase
from .memory import OWNED_BY_ANOTHER, HandedOver, MemoryStore, Order, SessionFile, obey
from .registry import Registry
from .slot import Slot
from .sql import SQLStore
from .store import Admission, Audience, Device, OpenSession, Remember, Selection, SetAside, Store

log = logging.getLogger("flask_iptv")

T = TypeVar("T")

#: Seconds to wait for the process that has the sessions in its memory to hand them over, which it
#: does within one or two; media servers wait three for an answer.
PATIENCE = 2.5
#: Seconds to wait for commands that look at the sessions while the site starts.
MOMENT = 0.5
#: Seconds until another try.
RETRY = 1.0


class SQLiteStore:
    """The store of an SQLite database unless ``memory:`` is configured.

    A process that knows that it is alone has the sessions in its memory, until another one is asked
    about them too: then they move to the table, where any number of processes share them. Whoever
    starts to serve takes along what those before have left.

    :param file: where a process that is alone keeps the sessions.
    :param is_alone: whether this process knows that no other serves the site.
    """

    def __init__(
        self, file: SessionFile, table: SQLStore, remember: Remember, *, is_alone: bool
    ) -> None:
        self._file = file
        self._table = table
        self._memory = MemoryStore(file, remember, table, is_led=True)
        self._remember = remember
        self._is_alone = is_alone
        #: Where the sessions are, as soon as this process has them or a share.
        self._serving: Store | None = None
        self._deciding = Lock()
        self._try_at = 0.0
        self._patience = PATIENCE

    def admit(self, wish: Admission, *, now: datetime) -> str | None:
        store = self._serving or self._served(now)
        try:
            return store.admit(wish, now=now)
        except HandedOver:
            return self._served(now).admit(wish, now=now)

    def end(
        self,
        device: Device,
        server_session: str | None = None,
        *,
        now: datetime,
        bytes: int | None = None,
    ) -> None:
        store = self._serving or self._served(now)
        try:
            store.end(device, server_session, now=now, bytes=bytes)
        except HandedOver:
            self._served(now).end(device, server_session, now=now, bytes=bytes)

    def end_all(self, user_id: int, *, now: datetime) -> None:
        self._order(now, lambda store: store.end_all(user_id, now=now))

    def end_all_of(self, user_ids: Sequence[int], *, now: datetime) -> None:
        self._order(now, lambda store: store.end_all_of(user_ids, now=now))

    def keep_oldest(self, user_id: int, count: int, *, now: datetime) -> None:
        self._order(now, lambda store: store.keep_oldest(user_id, count, now=now))

    def cut(self, session_id: int, *, now: datetime) -> bool:
        return self._order(now, lambda store: store.cut(session_id, now=now))

    def get(self, session_id: int, *, now: datetime) -> OpenSession | None:
        return self._do(now, lambda store: store.get(session_id, now=now))

    def select(self, wanted: Selection, *, limit: int, now: datetime) -> list[OpenSession]:
        return self._do(now, lambda store: store.select(wanted, limit=limit, now=now))

    def count(self, wanted: Selection, *, now: datetime) -> int:
        return self._do(now, lambda store: store.count(wanted, now=now))

    def count_by_user(self, user_ids: Sequence[int], *, now: datetime) -> dict[int, int]:
        return self._do(now, lambda store: store.count_by_user(user_ids, now=now))

    def audience(self, *, now: datetime) -> Audience:
        return self._do(now, lambda store: store.audience(now=now))

    def refused_at(self) -> datetime | None:
        return self._file.asked_at()

    def set_aside(self) -> SetAside | None:
        return self._file.set_aside()

    def tick(self, now: datetime) -> None:
        store = self._serving or self._looked_at(now)
        store.tick(now)
        # A process that only has pages looks at the memory of another one, whom others ask.
        if store is self._memory is self._serving and self._file.asked_at() is not None:
            log.info("another process serves this database too: sessions move to its tables")
            with self._deciding:
                self._is_alone = False
                self._serving = None
                self._memory.close()
                self._share(now)

    def close(self) -> None:
        store, self._serving = self._serving, None
        try:
            if store is not None:
                store.close()
        finally:
            self._file.close()

    def _do(self, now: datetime, work: Callable[[Store], T]) -> T:
        try:
            return work(self._serving or self._looked_at(now))
        except HandedOver:
            return work(self._served(now))

    def _order(self, now: datetime, work: Callable[[Store], T]) -> T:
        store = self._serving or self._looked_at(now)
        try:
            answer = work(store)
            if store is self._table or self._looked_at(now) is not self._table:
                return answer
            # They have moved since, maybe before the order was left for who had them.
            return work(self._table)
        except HandedOver:
            return work(self._served(now))

    def _served(self, now: datetime) -> Store:
        """The store that this process serves from; from now on it does."""
        with self._deciding:
            if self._serving is None:
                if self._is_alone and self._memory.own(now, MOMENT):
                    self._serving = self._memory
                else:
                    self._share(now)
            return self._serving or self._table

    def _share(self, now: datetime) -> None:
        if not self._file.claim.share() and not self._is_given_a_share(now):
            raise Unavailable(Phrase("the session store"), OWNED_BY_ANOTHER)
        self._move(now)
        self._serving = self._table

    def _is_given_a_share(self, now: datetime) -> bool:
        if time.monotonic() < self._try_at:
            return False
        self._file.ask(now)
        given = self._file.claim.share(waiting.left(self._patience))
        # Who has not handed them over by now never will: it was configured so.
        self._patience = 0.0
        self._try_at = time.monotonic() + RETRY
        return given

    def _looked_at(self, now: datetime) -> Store:
        """Where the sessions are while this process does not serve, as commands do."""
        if self._is_alone:
            return self._served(now)
        with self._deciding:
            claim = self._file.claim
            if self._serving is not None or not (self._file.path.exists() or claim.path.exists()):
                return self._serving or self._table
            if not claim.share():
                return self._memory
            try:
                self._move(now)
            finally:
                claim.release()
        return self._table

    def _move(self, now: datetime) -> None:
        """Take along what a process has left that had the sessions in its memory."""

        def take(slots: Sequence[Slot], last_id: int, orders: Sequence[Order]) -> None:
            registry = Registry(slots, ids=count())
            for order in orders:
                obey(order, now, registry)
            self._table.take(registry.slots(), last_id)
            self._remember(registry.take_ended())

        self._file.empty(take)
