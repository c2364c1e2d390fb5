"""Sessions in the memory of the one process that serves the site."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from threading import Lock
from typing import TypeVar
from weakref import WeakValueDictionary

from ... import forks
from ...errors import Unavailable
from ...phrases import Phrase
from ...said import MINUTE, Said
from ..registry import Registry
from ..selection import includes, selected
from ..slot import Elsewhere, Slot
from ..store import Admission, Audience, Device, OpenSession, Remember, Selection, SetAside
from .orders import Order, obey
from .refusal import OWNED_BY_ANOTHER, REFUSED, HandedOver
from .session_file import SessionFile

T = TypeVar("T")

#: Seconds until a process asks again whether the sessions are still another's.
RETRY = 1.0
#: Who has which file in this process.
_OWNERS: WeakValueDictionary[Path, MemoryStore] = WeakValueDictionary()


class MemoryStore:
    """The store behind ``memory:``, the fastest: a question costs no statement at all.

    What changed is written to a file about once a second. After a restart the sessions are read
    from there, and other processes, such as commands, look there and leave orders.

    :param file: where to keep the sessions; nowhere, for a database in memory.
    :param others: where sessions were counted before, if that is elsewhere.
    :param is_led: whether it takes the sessions only when :meth:`own` is called, not when asked.
    """

    def __init__(
        self,
        file: SessionFile | None,
        remember: Remember,
        others: Elsewhere | None = None,
        *,
        is_led: bool = False,
    ) -> None:
        self._file = file
        self._remember = remember
        self._others = others
        self._is_led = is_led
        self._said = Said(logging.getLogger("flask_iptv"))
        self._registry = Registry(ids=count(1))
        self._owned = file is None
        self._owning = Lock()
        self._asked_at = -RETRY
        forks.forget_in_children(self)

    def admit(self, wish: Admission, *, now: datetime) -> str | None:
        self._require_owned(now)
        return self._change(lambda registry: registry.admit(wish, now))

    def end(
        self,
        device: Device,
        server_session: str | None = None,
        *,
        now: datetime,
        bytes: int | None = None,
    ) -> None:
        self._require_owned(now)
        self._change(lambda registry: registry.end(device, server_session, bytes, now))

    def end_all(self, user_id: int, *, now: datetime) -> None:
        if self._owned or self._file is None:
            self._change(lambda registry: registry.end_all(user_id, now))
        else:
            self._file.order("end_all", user_id)

    def end_all_of(self, user_ids: Sequence[int], *, now: datetime) -> None:
        for user_id in user_ids:
            self.end_all(user_id, now=now)

    def keep_oldest(self, user_id: int, count: int, *, now: datetime) -> None:
        if self._owned or self._file is None:
            self._change(lambda registry: registry.keep_oldest(user_id, count, now))
        else:
            self._file.order("keep_oldest", user_id, count)

    def cut(self, session_id: int, *, now: datetime) -> bool:
        if self._owned or self._file is None:
            return self._change(lambda registry: registry.cut(session_id, now))
        if self.get(session_id, now=now) is None:
            return False
        self._file.order("cut", session_id)
        return True

    def get(self, session_id: int, *, now: datetime) -> OpenSession | None:
        if self._owned:
            slot = self._registry.get(session_id)
        else:
            slot = next((slot for slot in self._slots() if slot.id == session_id), None)
        return slot.shown() if slot is not None and slot.is_open(now) else None

    def select(self, wanted: Selection, *, limit: int, now: datetime) -> list[OpenSession]:
        return [slot.shown() for slot in selected(self._slots(), wanted, limit, now)]

    def count(self, wanted: Selection, *, now: datetime) -> int:
        return sum(1 for slot in self._slots() if slot.is_open(now) and includes(wanted, slot))

    def count_by_user(self, user_ids: Sequence[int], *, now: datetime) -> dict[int, int]:
        registry, owned = self._registry, self._owned
        slots = [s for id in user_ids for s in registry.slots_of(id)] if owned else self._slots()
        counts = dict.fromkeys(user_ids, 0)
        for slot in slots:
            user_id = slot.device.user_id
            if user_id in counts and slot.is_open(now):
                counts[user_id] += 1
        return counts

    def audience(self, *, now: datetime) -> Audience:
        slots = [slot for slot in self._slots() if slot.is_open(now)]
        users = {slot.device.user_id for slot in slots} - {None}
        return Audience(len(users), Counter(slot.channel_id for slot in slots))

    def tick(self, now: datetime) -> None:
        if not self._owned:
            return
        self._change(lambda registry: registry.expire(now))
        if self._file is None:
            # Nobody else takes what has changed.
            for ids in (self._registry.changed, self._registry.renewed, self._registry.gone):
                ids.clear()
        else:
            self._file.keep(self._registry)
            self._obey(self._file.take_orders(), now)
            asked_at = None if self._is_led else self._file.asked_at()
            if asked_at is not None and now - asked_at < timedelta(seconds=MINUTE):
                self._said.once_a_minute("%s", REFUSED)

    def close(self) -> None:
        if self._file is None:
            return
        try:
            if self._owned:
                with self._registry.lock:
                    self._owned = False
                    registry, self._registry = self._registry, Registry(ids=count(1))
                self._file.keep(registry)
        finally:
            self._file.close()

    def own(self, now: datetime, patience: float = 0) -> bool:
        """Become the process that has the sessions; whether that is so now.

        :param patience: seconds to wait for those who share them.
        :raises Unavailable: if they can't be read.
        """
        file = self._file
        if self._owned or file is None or not file.claim.all(patience):
            return self._owned
        slots, last_id = file.read()
        if self._others is not None:
            # What somebody was shown who is about to cut it must not be another session here.
            last_id = max(last_id, self._others.last_id())
        registry = Registry(slots, ids=count(last_id + 1))

        def take(slots: Sequence[Slot]) -> None:
            registry.take_in(slots)
            file.keep(registry)

        if self._others is not None:
            self._others.empty(take)
        file.forget_askers()
        self._registry = registry
        self._owned = True
        self._obey(file.take_orders(), now)
        return True

    def refused_at(self) -> datetime | None:
        return None if self._file is None else self._file.asked_at()

    def set_aside(self) -> SetAside | None:
        return None if self._file is None else self._file.set_aside()

    def forget(self) -> None:
        """Begin anew in a process that was forked from the one that has the sessions."""
        if self._file is not None:
            self._file.forget()
            self._owned = False
        self._registry = Registry(ids=count(1))
        self._owning = Lock()

    def _slots(self) -> list[Slot]:
        if self._owned or self._file is None:
            return self._registry.slots()
        return self._file.read()[0]

    def _require_owned(self, now: datetime) -> None:
        if not self._owned:
            if self._is_led:
                raise HandedOver
            with self._owning:
                self._own(now)

    def _own(self, now: datetime) -> None:
        if self._owned or self._file is None:
            return
        # Another app of this process on the same database, as tests make one after the other.
        other = _OWNERS.get(self._file.path)
        if other is not None and other is not self:
            other.close()
            self._asked_at = -RETRY
        clock = time.monotonic()
        if clock - self._asked_at >= RETRY:
            self._asked_at = clock
            if self.own(now):
                _OWNERS[self._file.path] = self
                return
            self._file.ask(now)
        raise Unavailable(Phrase("the session store"), OWNED_BY_ANOTHER)

    def _change(self, work: Callable[[Registry], T]) -> T:
        registry = self._registry
        with registry.lock:
            if registry is not self._registry:
                raise HandedOver
            answer = work(registry)
            ended = registry.take_ended()
        if ended:
            self._remember(ended)
        return answer

    def _obey(self, orders: Sequence[Order], now: datetime) -> None:
        for order in orders:
            self._change(partial(obey, order, now))
