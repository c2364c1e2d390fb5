"""The demonstration media server answers everybody, however many come and however they behave."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack
from itertools import islice

import pytest

from example_app.media_server import application, authorization, server
from example_app.media_server.application import STREAM_LIMIT
from example_app.media_server.server import THREADS
from tests.example_app.media_site import Demonstration, demonstration, fetch, opened
from tests.patience import LIMIT
from tests.real.ports import LOOPBACK


@pytest.fixture
def demo() -> Iterator[Demonstration]:
    with demonstration() as demo:
        yield demo


def test_never_ending_streams_leave_threads_for_the_others(demo: Demonstration) -> None:
    url = f"{demo.url}/ort/mpegts?token=T"
    with ExitStack() as streams:
        for _ in range(STREAM_LIMIT):
            assert streams.enter_context(opened(url)).status == 200
        full = fetch(url)
        assert (full.status, full.headers["Retry-After"]) == (503, "10")
        assert fetch(f"{demo.url}/ort/index.m3u8?token=T").status == 200


def test_many_who_come_at_once_are_answered_before_the_site_says_a_word(
    demo: Demonstration, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(authorization, "TIMEOUT_SECONDS", LIMIT)
    demo.site.answering.clear()
    many = THREADS + 8
    too_many = many - STREAM_LIMIT

    def come(number: int) -> int:
        with opened(f"{demo.url}/ort/mpegts?token=T") as stream:
            return stream.status

    with ThreadPoolExecutor(many) as crowd:
        coming = [crowd.submit(come, number) for number in range(many)]
        early = [done.result() for done in islice(as_completed(coming, LIMIT), too_many)]
        demo.site.answering.set()
        statuses = [done.result() for done in coming]
    assert early == [503] * too_many
    assert sorted(statuses) == [200] * STREAM_LIMIT + [503] * too_many


@pytest.mark.parametrize(("method", "token", "status"), [("GET", "wrong", 403), ("HEAD", "T", 200)])
def test_whoever_does_not_stay_takes_no_place(
    demo: Demonstration, method: str, token: str, status: int
) -> None:
    url = f"{demo.url}/ort/mpegts?token={token}"
    assert {fetch(url, method).status for _ in range(STREAM_LIMIT + 1)} == {status}


def test_who_leaves_gives_the_place_back(
    demo: Demonstration, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(application, "PACE_SECONDS", 0.01)
    url = f"{demo.url}/ort/mpegts?token=T"
    for _ in range(STREAM_LIMIT + 1):
        with opened(url) as stream:
            assert stream.status == 200
        demo.site.closed()
        demo.site.questions.clear()


def test_who_takes_nothing_is_hung_up_on(
    demo: Demonstration, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(application, "PACE_SECONDS", 0.01)
    monkeypatch.setattr(server, "CHECK_SECONDS", 0.05)
    with socket.socket() as viewer:
        viewer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        viewer.connect((LOOPBACK, demo.server.port))
        viewer.sendall(b"GET /ort/mpegts?token=T HTTP/1.1\r\nHost: here\r\n\r\n")
        for _ in range(1000):
            demo.clock.advance(15)
            if demo.site.is_closed(0.05):
                break
        else:
            pytest.fail("it keeps the place")
        viewer.settimeout(LIMIT)
        taken = sum(map(len, iter(lambda: viewer.recv(65_536), b"")))
    # Of what the system itself took for the viewer, each byte was time that the place was kept.
    assert taken < server.BEHIND_BYTES
