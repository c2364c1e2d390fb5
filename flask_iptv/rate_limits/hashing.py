"""One slow hash of a password at a time, so that guessers don't take the machine from viewers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from threading import Lock

from .. import forks
from .refusals import BUSY, TooMany

#: Seconds that a hash waits for the one before.
PATIENCE = 1.0
#: One is computed and one waits: others that wait would hold threads that answer media servers.
_PLACES = 2


class Turns:
    """Who may compute; the turns of one process."""

    def __init__(self) -> None:
        self.forget()
        forks.forget_in_children(self)

    def forget(self) -> None:
        """Begin anew in a process that was forked, whose parent may be computing."""
        self._lock, self._computing = Lock(), Lock()
        #: How many compute or wait.
        self.inside = 0

    @contextmanager
    def one(self) -> Iterator[None]:
        """Compute while nobody else does.

        :raises TooMany: if that would take too long.
        """
        with self._lock:
            if self.inside >= _PLACES:
                raise TooMany(BUSY, 1)
            self.inside += 1
        try:
            if not self._computing.acquire(timeout=PATIENCE):
                raise TooMany(BUSY, 1)
            try:
                yield
            finally:
                self._computing.release()
        finally:
            with self._lock:
                self.inside -= 1


#: Those of this process, whatever the number of its apps.
turns = Turns()


def one_hash() -> AbstractContextManager[None]:
    """Compute or check the slow hash of a password within a ``with`` block of this.

    :raises TooMany: if others are being computed, and one waits already or it takes a second.
    """
    return turns.one()
