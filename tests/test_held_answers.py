"""An answer 429 of ``flask iptv serve`` is held back, while everybody else is answered."""

from __future__ import annotations

import select
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from flask_iptv import serving
from flask_iptv.serving import holding
from tests.patience import LIMIT
from tests.real.ports import LOOPBACK
from tests.real.site import running

STATUS = {"/": "200 OK", "/limited": "429 TOO MANY REQUESTS"}


class Seconds:
    """A clock that only the test moves on."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch) -> Seconds:
    clock = Seconds()
    monkeypatch.setattr(holding.HoldingChannel, "clock", staticmethod(clock))
    return clock


@pytest.fixture
def asked() -> list[str]:
    """The paths that the application was asked for."""
    return []


@pytest.fixture
def port(asked: list[str], seconds: Seconds) -> Iterator[int]:
    """Where an application is served by one thread that gives an answer of its path."""

    def application(environ: Any, start_response: Any) -> list[bytes]:
        asked.append(environ["PATH_INFO"])
        headers = [("Content-Type", "text/plain"), ("Content-Length", "6")]
        start_response(STATUS[environ["PATH_INFO"]], headers)
        return [b"answer"]

    with serving.listen(LOOPBACK, 0) as listener:
        server = serving.make_server(application, listener, threads=1)
        with running(server):
            yield listener.getsockname()[1]


def ask(port: int, path: str, times: int = 1) -> socket.socket:
    connection = socket.create_connection((LOOPBACK, port), timeout=LIMIT)
    connection.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode() * times)
    return connection


def test_nobody_waits_but_who_is_limited(port: int, asked: list[str], seconds: Seconds) -> None:
    # More than there are threads, each with more requests behind the first.
    guessers = [ask(port, "/limited", times=5) for _ in range(4)]
    with ask(port, "/") as viewer:
        assert viewer.recv(4096).startswith(b"HTTP/1.1 200 OK")
        # All were looked at before, once each, and none has its answer yet.
        while len(asked) < 5:
            viewer.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            assert viewer.recv(4096).startswith(b"HTTP/1.1 200 OK")
    assert asked.count("/limited") == 4
    assert select.select(guessers, [], [], 0)[0] == []
    seconds.now += holding.HELD_SECONDS
    for guesser in guessers:
        with guesser, guesser.makefile("rb") as answer:
            told = answer.read()
        assert told.startswith(b"HTTP/1.1 429 ")
        assert told.count(b"HTTP/1.1") == 1
        assert b"\r\nConnection: close\r\n" in told
    assert asked.count("/limited") == 4
