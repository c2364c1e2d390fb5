"""A thread that does what is due about once a second, as long as somebody is there to do it."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Lock, Thread
from weakref import WeakMethod

#: Seconds between two looks at what is due.
TICK = 1.0


class Ticking:
    """The thread, which is not running yet.

    :param tick: a method. Its object is not kept alive: an app that nobody closed, as those of
        tests, ends its thread when it is gone.
    """

    def __init__(self, tick: Callable[[], None]) -> None:
        stop = self._stop = Event()
        self._tick = WeakMethod(tick, lambda gone: stop.set())
        self._starting = Lock()
        self._thread: Thread | None = None
        #: Whether it was started.
        self.is_on = False

    def start(self) -> bool:
        """Start it; tells whether it was not running before."""
        with self._starting:
            if self._thread is not None:
                return False
            self._thread = Thread(
                target=_tick_on, args=(self._tick, self._stop), name="iptv", daemon=True
            )
            self._thread.start()
            self.is_on = True
            return True

    def stop(self) -> None:
        """End it, for good, and wait for what it is doing."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()


def _tick_on(tick: WeakMethod[Callable[[], None]], stop: Event) -> None:
    while not stop.wait(TICK):
        mine = tick()
        if mine is None:
            return
        mine()
        del mine
