"""When somebody who did not answer is asked again: after a while, and by one who tries."""

from __future__ import annotations

from threading import Lock


class Rest:
    """The rest of one server that others ask, which has answered so far.

    All times are seconds of one clock, whichever it is.

    :param first: how long it rests when it was silent; each time in a row doubles it.
    :param longest: how long it rests at most.
    :param trial: how long whoever tries may wait for the answer; nobody else tries meanwhile.
    """

    def __init__(self, first: float, longest: float, trial: float) -> None:
        self._first, self._longest, self._trial = first, longest, trial
        self._changing = Lock()
        self._length = 0.0
        self._began = self._until = self._heard = float("-inf")

    @property
    def is_on(self) -> bool:
        """Whether it was silent when it was last asked."""
        return self._length > 0

    def is_over(self, now: float) -> bool:
        """Whether somebody may try it now, or all may ask it."""
        return not self.is_on or now >= self._until

    def may_ask(self, now: float) -> bool:
        """Whether to ask it now; while it rests only whoever tries, who is told so here."""
        if not self.is_on:
            return True
        with self._changing:
            if self.is_on:
                if not self.is_over(now):
                    return False
                self._until = now + self._trial
        return True

    def answered(self, now: float) -> None:
        """Be told that it has answered somebody, so that all may ask."""
        self._heard = now
        if self.is_on:
            with self._changing:
                self._length = 0.0

    def was_silent(self, since: float, now: float) -> None:
        """Be told that a question had no answer, which says nothing if others had one meanwhile.

        :param since: when it was asked.
        """
        with self._changing:
            if since < max(self._began, self._heard):
                return
            self._length = min(self._length * 2 or self._first, self._longest)
            self._began, self._until = now, now + self._length
