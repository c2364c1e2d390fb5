"""Telling media servers to end sessions, in the background and until it is done."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event, Lock, Thread

from .. import forks
from ..connections import Connections
from ..errors import Unavailable
from ..fetching import Fetcher, FetchError
from ..management import (
    Access,
    CannotCut,
    LoginRefused,
    ManagementError,
    NotManageable,
    Watcher,
    manage,
)
from ..phrases import mark
from ..resting import Rest
from .orders import CLAIM, Order, Orders, Result

log = logging.getLogger("flask_iptv")

#: Servers that are told at the same time, and how many of them may be ones that were silent before.
SERVERS_AT_ONCE, SILENT_AT_ONCE = 16, 8
#: Seconds after which a server that has not answered is left alone for a while: what fails quicker
#: is no trouble.
SLOW = 1.0
#: Seconds of a server's first rest after it was silent, and of the longest.
FIRST_REST, LONGEST_REST = 2.0, 60.0
#: Seconds in which who is being told must have answered when the site is closed.
CLOSES_WITHIN = 3.0


class Teller:
    """Tells the servers of one app, each in a thread of its own, one session after the other.

    :param fetcher: asks them, where they may be asked.
    :param clock: seconds of a clock that is never set.
    """

    def __init__(
        self,
        connections: Connections,
        fetcher: Fetcher,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._orders = Orders(connections)
        self._fetcher = fetcher
        self._clock = clock
        self._begin()
        forks.forget_in_children(self)

    def _begin(self) -> None:
        self._starting = Lock()
        self._stop = Event()
        self._threads: dict[int | None, Thread] = {}
        self._rests: dict[int | None, Rest] = {}

    def tick(self, now: datetime) -> None:
        """See whether servers are to be told something, and have them told in threads.

        :raises Unavailable: if the database does not answer.
        """
        if self._orders.are_due(now):
            self._begin_telling(now)

    def tell_due(self, now: datetime) -> None:
        """Tell what is due, each session once, and wait until it is told.

        :param now: UTC.
        :raises Unavailable: if the database does not answer.
        """
        for thread in self._begin_telling(now):
            thread.join()

    def _begin_telling(self, now: datetime) -> list[Thread]:
        with self._starting:
            self._threads = {id: one for id, one in self._threads.items() if one.is_alive()}
            # The orders of one that hangs may be more than are read at once.
            left_out = {id for id in {*self._threads, *self._left_alone()} if id is not None}
            by_server: dict[int | None, list[Order]] = {}
            for order in self._orders.due(now, but=left_out):
                by_server.setdefault(order.server_id, []).append(order)
            begun = []
            for id in sorted(by_server, key=self._was_silent):
                if self._may_begin(id):
                    thread = Thread(
                        target=self._work,
                        args=(by_server[id], now, self._stop),
                        name="iptv-cuts",
                        daemon=True,
                    )
                    self._threads[id] = thread
                    thread.start()
                    begun.append(thread)
            return begun

    def _left_alone(self) -> list[int | None]:
        """The servers that were silent and are not to be tried now."""
        now, is_full = self._clock(), self._tried() >= SILENT_AT_ONCE
        return [id for id, rest in self._rests.items()
                if rest.is_on and (is_full or not rest.is_over(now))]  # fmt: skip

    def _tried(self) -> int:
        return sum(self._was_silent(id) for id in self._threads)

    def _may_begin(self, id: int | None) -> bool:
        if id in self._threads or len(self._threads) >= SERVERS_AT_ONCE:
            return False
        if not self._was_silent(id):
            return True
        return self._tried() < SILENT_AT_ONCE and self._rests[id].may_ask(self._clock())

    def _was_silent(self, id: int | None) -> bool:
        return id in self._rests and self._rests[id].is_on

    def _work(self, orders: list[Order], now: datetime, stop: Event) -> None:
        try:
            self._tell_one(orders, now, stop)
        except Unavailable as outage:
            log.warning("media servers are told later to cut viewers: %s", outage)
        except Exception:
            # Whatever it is must not keep it from being told at a later tick.
            log.exception("a media server can't be told to cut a viewer")

    def _tell_one(self, orders: list[Order], now: datetime, stop: Event) -> None:
        """Tell one server; it may take a while, and the time goes on."""
        began = self._clock()
        silent = None
        for order in orders:
            passed = timedelta(seconds=self._clock() - began)
            if stop.is_set() or not self._orders.claim(order, now + passed):
                continue
            result: Result
            if silent is not None:
                result = silent
            else:
                result, is_silent = self._tell(order)
                if is_silent and isinstance(result, str):
                    # The others of this server would only wait as long, or use its patience up.
                    silent = result
            passed = timedelta(seconds=self._clock() - began)
            self._orders.keep(order, result, now + passed)

    def close(self) -> None:
        """Wait a moment for the sessions that are being told.

        What is left, and whoever does not answer, is told after the next start.
        """
        self._stop.set()
        end = time.monotonic() + CLOSES_WITHIN
        for thread in list(self._threads.values()):
            thread.join(max(0.0, end - time.monotonic()))
        self._begin()

    def forget(self) -> None:
        """Begin anew in a process that was forked; a thread does not come along."""
        self._begin()

    def _tell(self, order: Order) -> tuple[Result, bool]:
        """Give the result, and whether there is no use in telling the server more for now."""
        if order.stream is None:
            return (False, mark("the channel was deleted meanwhile")), False
        if order.server is None or order.kind is None:
            return (False, mark("the channel was on no server, or its server was deleted")), False
        watcher = Watcher(order.stream, order.server_session, order.protocol, order.address)
        if order.api_url is None and order.kind != "proxy":
            why = f"the server {order.server} has no address of its API, so it can't be told"
            return (False, why), False
        access = Access(order.kind, order.api_url or "", order.username, order.password)
        began = self._clock()
        try:
            result = (True, manage(access, self._fetcher).cut(watcher)), False
        except (CannotCut, NotManageable) as error:
            result = (False, str(error)), False
        except (FetchError, LoginRefused) as error:
            self._learn(order.server_id, began)
            return str(error), True
        except ManagementError as error:
            return str(error), self._learn(order.server_id, began)
        if order.server_id in self._rests:
            self._rests[order.server_id].answered(self._clock())
        return result

    def _learn(self, id: int | None, began: float) -> bool:
        """Leave a server alone for a while if it took long to do nothing, and tell whether it did.

        :param began: when it was told.
        """
        now = self._clock()
        rest = self._rests.setdefault(id, Rest(FIRST_REST, LONGEST_REST, CLAIM))
        if now - began <= SLOW:
            rest.answered(now)
            return False
        rest.was_silent(began, now)
        return True
