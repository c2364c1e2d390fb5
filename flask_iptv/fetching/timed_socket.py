"""A connection that is over when the time is, however slowly its bytes drip."""

from __future__ import annotations

import io
import socket
import time
from collections.abc import Callable
from typing import Any, TypeVar

from ..phrases import Phrase
from .failures import FetchError, Patience

T = TypeVar("T")


class TimedSocket(io.RawIOBase):
    """What :mod:`http.client` needs of a socket.

    The timeout of a plain one begins anew with every byte.

    :param sock: stays its owner's, who closes it.
    :param deadline: when everything must be over, by the monotonic clock.
    """

    def __init__(self, sock: socket.socket, patience: Patience, deadline: float) -> None:
        self._sock, self._patience, self._deadline = sock, patience, deadline

    def makefile(self, mode: str) -> io.BufferedReader:
        """Give the bytes that come in."""
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._timed(lambda: self._sock.recv_into(buffer))

    def sendall(self, data: bytes) -> None:
        self._timed(lambda: self._sock.sendall(data))

    def settimeout(self, seconds: float) -> None:
        """Keep to the patience that was given."""

    def close(self) -> None:
        """Stay open: an answer is read after its connection was closed."""

    def _timed(self, act: Callable[[], T]) -> T:
        left = self._deadline - time.monotonic()
        seconds = self._patience.read if left > self._patience.read else self._patience.whole
        try:
            if left <= 0:
                raise TimeoutError
            self._sock.settimeout(min(left, self._patience.read))
            return act()
        except TimeoutError:
            raise FetchError(
                Phrase("the server took longer than %(seconds)s seconds", seconds=f"{seconds:g}")
            ) from None
