"""Multi-auth: the backends that are asked about tokens that are not ours."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Sequence
from concurrent import futures
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta
from math import ceil
from threading import Lock
from typing import NamedTuple

from .. import forks
from ..config import Settings
from ..errors import Unavailable
from ..phrases import Phrase
from ..said import Said
from .backend import Backend, Down, Question, Reply
from .forwarding import query_for
from .play import Passed, Play
from .running import SLACK

log = logging.getLogger("flask_iptv.auth")

#: Seconds in which all of them together must have answered.
TIMEOUT = 2.0

#: Questions that are asked at the same time.
THREADS = 16

#: Verdicts remembered, some hundred bytes each; with more, the oldest are forgotten.
MOST = 20_000

_NAME = Phrase("the upstream backends")

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


class Upstreams:
    """Asks all backends in parallel; one allow is enough.

    :param timeout: seconds in which all of them together must have answered.
    :param threads: how many questions are asked at the same time.
    """

    def __init__(
        self, settings: Settings, *, timeout: float = TIMEOUT, threads: int = THREADS
    ) -> None:
        self.backends = tuple(Backend(url) for url in settings.upstream_auth)
        self._said = {backend: Said(log) for backend in self.backends}
        self._allow, self._deny = settings.auth_duration, settings.deny_duration
        self._timeout = timeout
        self._threads = max(threads, len(self.backends))
        self._known: dict[_Key, _Known] = {}
        self._begin()
        forks.forget_in_children(self)

    def _begin(self) -> None:
        self._lock = Lock()
        self._asked: dict[_Key, Future[_Known]] = {}
        self._pool: ThreadPoolExecutor | None = None

    def ask(self, play: Play, name: str, now: datetime) -> Verdict:
        """Ask, unless it is known. Who asks the same at the same moment waits for the same answer.

        :param name: of the stream.
        :raises Unavailable: if none allows and it is not certain that all would refuse.
        """
        key = play.token, name, play.address, play.user_agent
        known = self._remembered(key, now)
        if known is not None:
            return known.verdict(now)
        mine: Future[_Known] = Future()
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
        return self._consult(key, play, now).verdict(now)

    def _remembered(self, key: _Key, now: datetime) -> _Known | None:
        known = self._known.get(key)
        return known if known is not None and known.at <= now < known.until else None

    def _lead(self, key: _Key, mine: Future[_Known], play: Play, now: datetime) -> _Known:
        try:
            known = self._consult(key, play, now)
        except BaseException as error:
            outage = Unavailable(_NAME, Phrase("whoever asked them was interrupted"))
            mine.set_exception(error if isinstance(error, Unavailable) else outage)
            raise
        else:
            with self._lock:
                if len(self._known) >= MOST:
                    for oldest in list(self._known)[: MOST // 10 + 1]:
                        del self._known[oldest]
                self._known.pop(key, None)
                self._known[key] = known
            mine.set_result(known)
            return known
        finally:
            with self._lock:
                self._asked.pop(key, None)

    def _join(self, first: Future[_Known]) -> _Known:
        try:
            # Whoever was first has the same deadline, and has begun before.
            return first.result(self._timeout + 1)
        except Unavailable as outage:
            raise Unavailable(outage.storage, outage.cause) from None
        except futures.TimeoutError:
            raise Unavailable(_NAME, Phrase("there was no answer in time")) from None

    def _consult(self, key: _Key, play: Play, now: datetime) -> _Known:
        replies, busy = self._replies(query_for(play, key[1]))
        refusals = []
        for backend, reply in replies.items():
            if reply is None:
                continue
            if reply.allowed:
                duration = reply.duration or self._allow
                until = now + timedelta(seconds=duration)
                return _Known(True, reply.passed, backend, now, duration, until)
            refusals.append(reply.duration or self._deny)
        down = [backend for backend in self.backends if replies.get(backend) is None]
        before = self._known.get(key)
        if before is not None and before.allowed and before.backend in down:
            grace = timedelta(seconds=before.duration + SLACK)
            if timedelta(0) <= now - before.at <= grace:
                return before._replace(until=now + timedelta(seconds=self._deny))
        if busy:
            raise Unavailable(_NAME, Phrase("too many questions to them are waiting"))
        if not refusals:
            raise Unavailable(_NAME, Phrase("none of them gave an answer"))
        duration = min(refusals)
        return _Known(False, None, None, now, duration, now + timedelta(seconds=duration))

    def _replies(self, query: str) -> tuple[dict[Backend, Reply | None], bool]:
        """What each has said, ``None`` if it is down; and whether some could not be asked at all.

        Ends with the first that allows.
        """
        deadline = time.monotonic() + self._timeout
        asked = self._submit([(backend, backend.question(query, self._timeout))
                              for backend in self.backends])  # fmt: skip
        replies: dict[Backend, Reply | None] = {}
        pending = set(asked)
        try:
            while pending:
                left = max(0.0, deadline - time.monotonic())
                done, pending = futures.wait(pending, left, futures.FIRST_COMPLETED)
                if not done:
                    break
                for future in done:
                    backend = asked[future][0]
                    try:
                        replies[backend] = future.result()
                    except (Down, futures.CancelledError) as down:
                        self._tell(backend, str(down) or "the site is closing")
                        replies[backend] = None
                if any(reply is not None and reply.allowed for reply in replies.values()):
                    return replies, False
        finally:
            unasked = [future for future in pending if future.cancel()]
            for future in pending.difference(unasked):
                asked[future][1].give_up()
        for future in pending.difference(unasked):
            self._tell(asked[future][0], "it took too long")
        return replies, bool(unasked)

    def _submit(
        self, questions: Sequence[tuple[Backend, Question]]
    ) -> dict[Future[Reply], tuple[Backend, Question]]:
        with self._lock:
            if self._pool is None:
                self._pool = ThreadPoolExecutor(self._threads, "iptv-upstream")
            return {self._pool.submit(question.ask): (backend, question)
                    for backend, question in questions}  # fmt: skip

    def _tell(self, backend: Backend, cause: str) -> None:
        self._said[backend].once_a_minute("the upstream backend %s does not answer: %s",
                                          backend.origin, cause)  # fmt: skip

    def close(self) -> None:
        """End the threads; a later question begins new ones."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(cancel_futures=True)

    def forget(self) -> None:
        """Leave the threads to the parent of this process; they do not come along."""
        _PARENTS.append((self._pool, self._asked))
        self._begin()


#: Kept, since to collect a pool would wake threads that are not there.
_PARENTS: list[Iterable[object]] = []
