"""Waiting for other servers in a view or command: few at once, and with no connection in hand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Semaphore

from . import database, forks
from .errors import Conflict, Problem
from .phrases import Phrase

#: Threads of a process that may wait at once: the others have media servers to answer.
MOST = 3


class _Places:
    """One for each thread that may wait."""

    def __init__(self) -> None:
        self.forget()
        forks.forget_in_children(self)

    def forget(self) -> None:
        """Begin anew in a process that was forked; who waits does not come along."""
        self.free = Semaphore(MOST)


_places = _Places()


@contextmanager
def waiting() -> Iterator[None]:
    """Wait for other servers in this block, after :func:`database.commit`.

    So no connection of the host's pool waits with us. For views and commands, whose transaction it
    is: what the host's own hooks have changed in it must neither be lost nor keep others waiting.
    Records are read anew when they are used again.

    :raises Conflict: if others wait already, as many as may.
    """
    free = _places.free
    if not free.acquire(blocking=False):
        message = Phrase(
            "others are waiting for other servers at this moment, which may be slow; try again "
            "in half a minute"
        )
        raise Conflict([Problem("", None, message)])
    try:
        database.commit()
        yield
    finally:
        free.release()
