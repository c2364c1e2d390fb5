"""The counts of one process, in its memory."""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from threading import Lock

from .. import forks
from . import counts, gcra
from .counts import Refused
from .gcra import Mark
from .table import Limit


class MemoryCounts:
    """At most :data:`counts.MOST_KEYS` keys of each limit, the least recently seen forgotten."""

    def __init__(self) -> None:
        self.forget()
        forks.forget_in_children(self)

    def forget(self) -> None:
        """Begin anew in a process that was forked."""
        self._lock = Lock()
        self._marks: dict[str, OrderedDict[str, Mark]] = defaultdict(OrderedDict)
        self._refused: OrderedDict[tuple[str, str], float] = OrderedDict()

    def look(self, limit: Limit, key: str, address: str, now: float) -> float:
        with self._lock:
            return self._wait(limit, key, address, now)

    def count(self, limit: Limit, key: str, address: str, now: float) -> float:
        with self._lock:
            wait = self._wait(limit, key, address, now)
            if not wait:
                marks = self._marks[limit.name]
                marks[key] = gcra.counted(limit, marks.get(key), now)
                marks.move_to_end(key)
                if len(marks) > counts.MOST_KEYS:
                    marks.popitem(last=False)
            return wait

    def refused(self, now: float) -> list[Refused]:
        with self._lock:
            return [
                Refused(address, limit, until)
                for (address, limit), until in self._refused.items()
                if until > now
            ]

    def close(self) -> None:
        """There are no connections."""

    def _wait(self, limit: Limit, key: str, address: str, now: float) -> float:
        marks = self._marks[limit.name]
        mark = marks.get(key)
        if mark is None:
            return 0.0
        marks.move_to_end(key)
        wait = gcra.seconds_to_wait(limit, mark, now)
        if wait:
            self._refused[address, limit.name] = now + wait
            self._refused.move_to_end((address, limit.name))
            if len(self._refused) > counts.MOST_REFUSED:
                self._refused.popitem(last=False)
        return wait
