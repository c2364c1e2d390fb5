"""Multi-auth: the backends that are asked about tokens that are not ours."""

from __future__ import annotations

import time
from concurrent.futures import Future
from datetime import datetime, timedelta
from math import ceil
from threading import Lock, Semaphore
from typing import NamedTuple

from .. import forks
from ..config import Settings
from ..errors import Unavailable
from ..phrases import Phrase
from .backend import Backend
from .forwarding import query_for
from .line import Line
from .play import Passed, Play
from .replies import gather
from .running import SLACK
from .waiting import FEW, MOMENT, Waiting

#: Seconds in which all of them together must have answered.
TIMEOUT = 2.0

#: Verdicts remembered, some hundred bytes each; with more, the oldest are forgotten.
MOST = 20_000

_NAME = Phrase("the upstream backends")
_CROWDED = Phrase("too many questions to them are waiting")

_Key = tuple[str | None, str, str | None, str | None]


class Verdict(NamedTuple):
    """What all of them together say.

    :param duration: seconds for which it holds.
    """

    allowed: bool
    duration: int
    passed: Passed | None = None


class _Known(NamedTuple):
    """A verdict, by which backend it was given at what time, and until when nobody is asked."""

    allowed: bool
    passed: Passed | None
    backend: Backend | None
    at: datetime
    duration: int
    until: datetime

    def verdict(self, now: datetime) -> Verdict:
        left = ceil((self.until - now).total_seconds())
        return Verdict(self.allowed, max(1, left), self.passed)


class _Lead(NamedTuple):
    """A question that others may join, and when it was begun."""

    future: Future[_Known]
    began: float


class Upstreams:
    """Asks all backends in parallel; one allow is enough.

    Threads of the server wait for them, who have others to answer: many of them for a moment, and
    few for as long as it takes. One that was silent rests, and nobody waits for it but for a
    moment of whoever tries.

    :param timeout: seconds in which all of them together must have answered.
    :param moment: seconds for which any thread may wait.
    :param few: how many may wait for longer.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        timeout: float = TIMEOUT,
        moment: float = MOMENT,
        few: int = FEW,
    ) -> None:
        self.backends = tuple(Backend(url) for url in settings.upstream_auth)
        self._lines = [Line(one, timeout=timeout, moment=moment) for one in self.backends]
        self._allow, self._deny = settings.auth_duration, settings.deny_duration
        self._timeout, self._moment, self._few = timeout, moment, few
        self._known: dict[_Key, _Known] = {}
        self._begin()
        forks.forget_in_children(self)

    def _begin(self) -> None:
        self._lock = Lock()
        self._places = Semaphore(self._few)
        self._asked: dict[_Key, _Lead] = {}

    def ask(self, play: Play, name: str, now: datetime) -> Verdict:
        """Ask, unless it is known. Who asks the same at the same moment waits for the same answer.

        :param name: of the stream.
        :raises Unavailable: if none allows and it is not certain that all would refuse.
        """
        key = play.token, name, play.address, play.user_agent
        known = self._remembered(key, now)
        if known is not None:
            return known.verdict(now)
        mine = _Lead(Future(), time.monotonic())
        with self._lock:
            # Somebody may have been given the answer a moment ago.
            known = self._remembered(key, now)
            if known is not None:
                return known.verdict(now)
            first = self._asked.setdefault(key, mine)
        if first is mine:
            return self._lead(key, mine, play, now).verdict(now)
        return self._join(first).verdict(now)

    def look(self, play: Play, name: str, now: datetime) -> Verdict:
        """Ask anew, and remember nothing.

        :raises Unavailable: as :meth:`ask` does.
        """
        key = play.token, name, play.address, play.user_agent
        return self._consult(key, time.monotonic(), play, now).verdict(now)

    def _remembered(self, key: _Key, now: datetime) -> _Known | None:
        known = self._known.get(key)
        return known if known is not None and known.at <= now < known.until else None

    def _lead(self, key: _Key, mine: _Lead, play: Play, now: datetime) -> _Known:
        try:
            known = self._consult(key, mine.began, play, now)
        except BaseException as error:
            outage = Unavailable(_NAME, Phrase("whoever asked them was interrupted"))
            mine.future.set_exception(error if isinstance(error, Unavailable) else outage)
            raise
        else:
            with self._lock:
                if len(self._known) >= MOST:
                    for oldest in list(self._known)[: MOST // 10 + 1]:
                        del self._known[oldest]
                self._known.pop(key, None)
                self._known[key] = known
            mine.future.set_result(known)
            return known
        finally:
            with self._lock:
                self._asked.pop(key, None)

    def _join(self, first: _Lead) -> _Known:
        with self._waiting(first.began, self._timeout + 1) as waiting:
            asked = {first.future}
            if not (waiting.for_a_moment(asked) or waiting.for_long(asked)):
                raise Unavailable(_NAME, _CROWDED)
        try:
            return first.future.result()
        except Unavailable as outage:
            raise Unavailable(outage.storage, outage.cause) from None

    def _waiting(self, began: float, whole: float) -> Waiting:
        return Waiting(self._places, began, moment=self._moment, whole=whole)

    def _consult(self, key: _Key, began: float, play: Play, now: datetime) -> _Known:
        with self._waiting(began, self._timeout) as waiting:
            replies = gather(self._lines, query_for(play, key[1]), waiting)
        refusals = []
        for backend, reply in replies.by_backend.items():
            if reply.allowed:
                duration = reply.duration or self._allow
                until = now + timedelta(seconds=duration)
                return _Known(True, reply.passed, backend, now, duration, until)
            refusals.append(reply.duration or self._deny)
        before = self._known.get(key)
        if before is not None and before.allowed and before.backend not in replies.by_backend:
            grace = timedelta(seconds=before.duration + SLACK)
            if timedelta(0) <= now - before.at <= grace:
                return before._replace(until=now + timedelta(seconds=self._deny))
        if replies.are_crowded:
            raise Unavailable(_NAME, _CROWDED)
        if not refusals:
            resting = Phrase("none of them gave an answer a moment ago, so they are given a rest")
            none = Phrase("none of them gave an answer")
            raise Unavailable(_NAME, none if replies.was_any_asked else resting)
        duration = min(refusals)
        return _Known(False, None, None, now, duration, now + timedelta(seconds=duration))

    def close(self) -> None:
        """End the threads; a later question begins new ones."""
        for line in self._lines:
            line.close()

    def forget(self) -> None:
        """Leave the threads to the parent of this process; they do not come along."""
        for line in self._lines:
            line.forget()
        self._begin()
