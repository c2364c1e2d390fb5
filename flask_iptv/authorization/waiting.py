"""How long a thread of the server waits for backends: a moment, and longer if few others do."""

from __future__ import annotations

import time
from collections.abc import Iterable
from concurrent import futures
from concurrent.futures import Future
from threading import Semaphore
from types import TracebackType
from typing import TypeVar

from typing_extensions import Self

T = TypeVar("T")

#: Seconds of the moment: backends that are well answer within it, so that many may wait for it.
MOMENT = 0.25

#: Threads that may wait for longer. Of the four that waitress has, two are left for viewers whom
#: we know ourselves.
FEW = 2


class Waiting:
    """The wait of one thread, which leaves its place to others at the end of the block.

    :param places: one for each thread that may wait for longer than a moment.
    :param began: when the question was begun that is waited for, by the monotonic clock.
    :param moment: seconds for which anybody may wait.
    :param whole: seconds for which who has a place may wait.
    """

    def __init__(self, places: Semaphore, began: float, *, moment: float, whole: float) -> None:
        self.began = began
        self._places = places
        self._moment, self._whole = began + moment, began + whole
        self._has_place = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._has_place:
            self._places.release()

    @property
    def is_over(self) -> bool:
        """Whether the whole time is over."""
        return time.monotonic() >= self._whole

    def take_place(self) -> bool:
        """Take a place, and tell whether there was one."""
        self._has_place = self._has_place or self._places.acquire(blocking=False)
        return self._has_place

    def for_a_moment(self, pending: Iterable[Future[T]]) -> set[Future[T]]:
        """Wait, without a place; give those that are done, none if the moment is over."""
        return self._first_of(pending, self._moment)

    def for_long(self, pending: Iterable[Future[T]]) -> set[Future[T]]:
        """Wait, if there is a place; give those that are done, none if the time is over."""
        return self._first_of(pending, self._whole if self.take_place() else 0)

    @staticmethod
    def _first_of(pending: Iterable[Future[T]], until: float) -> set[Future[T]]:
        left = max(0.0, until - time.monotonic())
        return futures.wait(pending, left, futures.FIRST_COMPLETED).done
