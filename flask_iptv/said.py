"""Warnings that would fill the log if they were written at every question."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

MINUTE = 60.0


class Said:
    """Remembers what is in the log already.

    :param log: where to write.
    :param clock: seconds that only ever grow.
    """

    def __init__(self, log: logging.Logger, clock: Callable[[], float] = time.monotonic) -> None:
        self._log = log
        self._clock = clock
        self._until: dict[str, float] = {}

    def once(self, message: str, *values: object) -> None:
        """Warn of something that stays as it is until somebody changes the configuration.

        :param message: with ``%s`` for each of the values.
        """
        if message not in self._until:
            self._until[message] = float("inf")
            self._log.warning(message, *values)

    def once_a_minute(self, message: str, *values: object) -> None:
        """Tell of a failure that lasts.

        :param message: with ``%s`` for each of the values.
        """
        now = self._clock()
        if self._until.get(message, now) <= now:
            self._until[message] = now + MINUTE
            self._log.error(message, *values)
