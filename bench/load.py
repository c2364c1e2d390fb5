"""Asking a server as fast as it answers: wrk where it is installed, else a loop of our own."""

from __future__ import annotations

import random
import selectors
import shutil
import socket
import subprocess
import time
from collections import deque
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from .figures import Unmeasured

CONNECTIONS = 16
_SCRIPT = Path(__file__).with_name("viewers.lua")


class WrongAnswer(Unmeasured):
    """A server answered something else than 200, so its speed means nothing."""


@dataclass(frozen=True)
class Load:
    """What a server did while it was asked.

    :param rate: answers a second.
    :param middle: milliseconds that half of the answers took at most.
    :param slow: milliseconds that all but one in a hundred took at most.
    """

    answers: int
    rate: float
    middle: float
    slow: float


def generator() -> str:
    """Which load generator there is, in words."""
    return "wrk" if shutil.which("wrk") else "bench/load.py (wrk is not installed)"


def ask_for(seconds: float, port: int, paths: Path, *, connections: int = CONNECTIONS) -> Load:
    """Ask for a while.

    :param paths: a file with a path a line, one per viewer.
    :raises WrongAnswer: an answer was not 200.
    """
    if shutil.which("wrk"):
        return _wrk(seconds, port, paths, connections)
    lines = paths.read_text().splitlines()
    random.Random(7).shuffle(lines)
    return _ask(port, lines, connections, time.monotonic() + seconds)


def ask_each(port: int, paths: Sequence[str], *, connections: int = CONNECTIONS) -> Load:
    """Ask each of these once.

    :raises WrongAnswer: an answer was not 200.
    """
    return _ask(port, paths, connections, None)


def _wrk(seconds: float, port: int, paths: Path, connections: int) -> Load:
    command = [
        *("wrk", "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--timeout=30s"),
        *("-s", str(_SCRIPT), f"http://127.0.0.1:{port}", "--"),
        *(str(paths), str(random.randrange(1_000_000))),
    ]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    told = [line.split()[1:] for line in done.stdout.splitlines() if line.startswith("MEASURED")]
    if done.returncode or not told:
        raise WrongAnswer(f"wrk ended with {done.returncode}: {done.stdout}{done.stderr}")
    answers, duration, wrong, middle, slow = map(int, told[0])
    if wrong or not answers:
        raise WrongAnswer(f"{wrong} of {answers} answers were errors:\n{done.stdout}")
    return Load(answers, answers * 1e6 / duration, middle / 1000, slow / 1000)


class _Connection:
    """One keep-alive connection, which asks again as soon as it has its answer."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.asked_at = 0.0
        self._head = b""
        self._in_head = True
        #: Bytes of the body that are still to come; ``None`` when it comes in chunks.
        self._left: int | None = 0
        self._end = b""
        #: Whether the server closes it behind the answer.
        self.closes = False

    def ask(self, path: str) -> None:
        self._head, self._in_head = b"", True
        self.asked_at = time.perf_counter()
        self.socket.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode("latin-1"))

    def is_answered(self) -> bool:
        """Read what has come; whether it is the whole answer."""
        part = self.socket.recv(1 << 20)
        if not part:
            raise WrongAnswer("a connection was closed")
        if self._in_head:
            self._head += part
            head, found, part = self._head.partition(b"\r\n\r\n")
            if not found:
                return False
            self._begin_body(head.lower())
        if self._left is None:
            self._end = (self._end + part)[-5:]
            return self._end == b"0\r\n\r\n"
        self._left -= len(part)
        return self._left <= 0

    def _begin_body(self, head: bytes) -> None:
        if b" 200 " not in head[:13]:
            raise WrongAnswer(self._head[:500].decode("latin-1"))
        self._in_head = False
        self._end, self.closes = b"", b"\r\nconnection: close" in head
        chunked = b"\r\ntransfer-encoding: chunked" in head
        length = head.partition(b"\r\ncontent-length:")[2].split(maxsplit=1)
        self._left = None if chunked else int(length[0])


def _ask(port: int, paths: Sequence[str], connections: int, until: float | None) -> Load:
    """Ask for these paths, again and again if there is a time until when."""
    waiting = deque(paths)
    taken: list[float] = []
    began = time.perf_counter()
    with selectors.DefaultSelector() as selector, ExitStack() as opened:

        def connect() -> _Connection:
            connection = _Connection(port)
            opened.enter_context(connection.socket)
            selector.register(connection.socket, selectors.EVENT_READ, connection)
            return connection

        for _ in range(min(connections, len(waiting))):
            connect().ask(_next(waiting, until))
        while selector.get_map():
            for key, _ in selector.select():
                connection = key.data
                if not connection.is_answered():
                    continue
                taken.append(time.perf_counter() - connection.asked_at)
                is_over = (until is not None and time.monotonic() >= until) or not waiting
                if is_over or connection.closes:
                    selector.unregister(connection.socket)
                    connection.socket.close()
                if not is_over:
                    goes_on = connect() if connection.closes else connection
                    goes_on.ask(_next(waiting, until))
    seconds = time.perf_counter() - began
    taken.sort()
    middle, slow = (1000 * taken[int(share * (len(taken) - 1))] for share in (0.5, 0.99))
    return Load(len(taken), len(taken) / seconds, middle, slow)


def _next(waiting: deque[str], until: float | None) -> str:
    path = waiting.popleft()
    if until is not None:
        waiting.append(path)
    return path
