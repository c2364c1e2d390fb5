"""Connections of waitress that hold an answer 429 back, so that guessers can't take all time."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from waitress.channel import HTTPChannel
from waitress.task import WSGITask

#: Seconds until such an answer is sent. Meanwhile no thread waits for it, and of the requests that
#: the client has sent behind it none is looked at: the connection is closed then.
HELD_SECONDS = 1.0


class HoldingTask(WSGITask):  # type: ignore[misc]
    """Works on one request."""

    def build_response_header(self) -> Any:
        """Called by waitress before anything is sent."""
        if self.status.startswith("429 "):
            self.set_close_on_finish()
            self.channel.hold()
        return super().build_response_header()


class HoldingChannel(HTTPChannel):  # type: ignore[misc]
    """One connection."""

    task_class = HoldingTask
    #: Seconds that only ever grow.
    clock: Callable[[], float] = staticmethod(time.monotonic)
    _held_until = 0.0

    def hold(self) -> None:
        """Send nothing for a while."""
        self._held_until = self.clock() + HELD_SECONDS

    def writable(self) -> Any:
        """Whether waitress is to send something, or to close the connection."""
        return (self.will_close or not self._is_held()) and super().writable()

    def send(self, data: bytes, do_close: bool = True) -> Any:
        """Send what the system takes, and tell how much."""
        return 0 if self._is_held() else super().send(data, do_close)

    def _is_held(self) -> bool:
        return self._held_until > self.clock()
