"""Lists that were sent a moment ago, without the token, for the next user who sees the same."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from time import monotonic
from weakref import WeakKeyDictionary

from flask import Flask

from .. import forks

#: The longest list that is remembered, in bytes.
LONGEST = 8 * 1024 * 1024
#: All lists of an app together, in bytes and in number.
MOST_BYTES, MOST_LISTS = 32 * 1024 * 1024, 16
# The key of a list changes with the list, but for two changes that are committed in another order
# than they were made in; no such list lives on.
_SECONDS = 10
# What Python adds to a short text.
_OVERHEAD = 41


@dataclass(frozen=True, slots=True)
class _Kept:
    parts: Sequence[bytes]
    size: int
    until: float


class Remembered:
    """The lists of one app, the least recently used forgotten first."""

    def __init__(self) -> None:
        self.forget()
        forks.forget_in_children(self)

    def forget(self) -> None:
        """Begin anew."""
        self._lock = Lock()
        self._lists: OrderedDict[str, _Kept] = OrderedDict()
        self._size = 0

    def find(self, key: str) -> Sequence[bytes] | None:
        """The parts of a list, between which the token goes."""
        with self._lock:
            kept = self._lists.get(key)
            if kept is None:
                return None
            if kept.until < monotonic():
                self._drop(key)
                return None
            self._lists.move_to_end(key)
            return kept.parts

    def keep(self, key: str, parts: Sequence[bytes]) -> None:
        """Remember a list unless it is too long."""
        size = weight(parts)
        if size > LONGEST:
            return
        with self._lock:
            if key in self._lists:
                self._drop(key)
            self._lists[key] = _Kept(parts, size, monotonic() + _SECONDS)
            self._size += size
            while len(self._lists) > MOST_LISTS or self._size > MOST_BYTES:
                self._drop(next(iter(self._lists)))

    def _drop(self, key: str) -> None:
        self._size -= self._lists.pop(key).size


def weight(parts: Sequence[bytes]) -> int:
    """The memory that a list takes."""
    return sum(map(len, parts)) + _OVERHEAD * len(parts)


_OF_APPS: WeakKeyDictionary[object, Remembered] = WeakKeyDictionary()


def here_of(app: Flask) -> Remembered:
    """What is remembered of an app."""
    state = app.extensions["iptv"]
    found = _OF_APPS.get(state)
    return found if found is not None else _OF_APPS.setdefault(state, Remembered())
