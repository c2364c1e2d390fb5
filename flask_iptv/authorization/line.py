"""The line to one backend: what it is being asked, and whether it may be asked more."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import NamedTuple

from ..resting import Rest
from ..said import Said
from .backend import Backend, Down, Question, Reply

log = logging.getLogger("flask_iptv.auth")

#: Questions that it is asked at the same time.
MOST = 16

#: Seconds of its first rest after it was silent, and of the longest.
FIRST_REST, LONGEST_REST = 1.0, 16.0


class Asked(NamedTuple):
    """A question under way.

    :param is_trial: whether the backend was silent before, and may still be.
    """

    line: Line
    question: Question
    future: Future[Reply]
    began: float
    is_trial: bool


class Line:
    """Asks one backend in threads of its own, so that none waits for what another is slow in.

    :param timeout: seconds in which it must have answered.
    :param moment: seconds after which it is overdue.
    """

    def __init__(self, backend: Backend, *, timeout: float, moment: float) -> None:
        self.backend = backend
        self._timeout, self._moment = timeout, moment
        self._said = Said(log)
        self.begin()

    def begin(self) -> None:
        """Begin anew, with no question under way."""
        self._changing = Lock()
        self._rest = Rest(FIRST_REST, LONGEST_REST, self._timeout)
        self._under_way: dict[Question, float] = {}
        self._heard = float("-inf")
        self._pool: ThreadPoolExecutor | None = None

    @property
    def rests(self) -> bool:
        """Whether it was silent when it was last asked."""
        return self._rest.is_on

    def may_ask(self, now: float) -> bool:
        """Whether it may be asked now; while it rests only whoever tries, who is told so here.

        :param now: of the monotonic clock, as all times here.
        """
        return self._rest.may_ask(now)

    def is_overdue(self, now: float) -> bool:
        """Whether it has said nothing for more than a moment although it was asked."""
        with self._changing:
            times = [time for one, time in self._under_way.items() if not one.is_given_up]
            return now - max(min(times, default=now), self._heard) > self._moment

    def ask(self, query: str, now: float, *, is_trial: bool) -> Asked | None:
        """Ask; ``None`` if it is asked too much already."""
        question = self.backend.question(query, self._timeout)
        with self._changing:
            if is_trial:
                self._give_up_before(now - self._timeout)
            if len(self._under_way) >= MOST:
                return None
            if self._pool is None:
                self._pool = ThreadPoolExecutor(MOST, "iptv-upstream")
            self._under_way[question] = now
            future = self._pool.submit(self._ask, question, now)
        return Asked(self, question, future, now, is_trial)

    def _give_up_before(self, time: float) -> None:
        # Nobody waits for those of earlier trials, whose answers may drip for ever.
        for question, began in self._under_way.items():
            if began < time:
                question.give_up()

    def _ask(self, question: Question, began: float) -> Reply:
        try:
            reply = question.ask()
        except Down as down:
            self._was_down(question, began, str(down))
            raise
        else:
            self._has_answered()
            return reply
        finally:
            with self._changing:
                self._under_way.pop(question, None)

    def _has_answered(self) -> None:
        self._heard = time.monotonic()
        self._rest.answered(self._heard)

    def _was_down(self, question: Question, began: float, cause: str) -> None:
        if time.monotonic() - began >= self._timeout / 2:
            self.was_silent(began, cause)
        elif not question.is_given_up:
            # To be told quickly that there is no answer keeps nobody waiting.
            self._has_answered()
            self._tell(cause)

    def was_silent(self, since: float, cause: str = "it took too long") -> None:
        """Be told that a question had no answer in its time."""
        self._rest.was_silent(since, time.monotonic())
        self._tell(cause)

    def _tell(self, cause: str) -> None:
        self._said.once_a_minute("the upstream backend %s does not answer: %s",
                                 self.backend.origin, cause)  # fmt: skip

    def close(self) -> None:
        """End the threads; a later question begins new ones."""
        with self._changing:
            pool, self._pool = self._pool, None
            for question in self._under_way:
                question.give_up()
        if pool is not None:
            pool.shutdown()

    def forget(self) -> None:
        """Leave the threads to the parent of this process; they do not come along."""
        _PARENTS.append((self._pool, self._under_way))
        self.begin()


#: Kept, since to collect a pool would wake threads that are not there.
_PARENTS: list[Iterable[object]] = []
