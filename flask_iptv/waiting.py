"""How long a thread may still wait for others, all that it waits for taken together."""

from __future__ import annotations

from threading import local
from time import monotonic
from types import TracebackType


class _Thread(local):
    #: Of :func:`monotonic`; None while nobody waits for what the thread does.
    until: float | None = None


_here = _Thread()


class AtMost:
    """Give what is done in a ``with`` block so many seconds to wait in, all together."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._before: float | None = None

    def __enter__(self) -> None:
        self._before = _here.until
        until = monotonic() + self._seconds
        _here.until = until if self._before is None else min(until, self._before)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        _here.until = self._before


def left(most: float) -> float:
    """The seconds that may be waited now.

    :param most: as many as there are for one wait.
    """
    until = _here.until
    return most if until is None else max(0.0, min(most, until - monotonic()))
