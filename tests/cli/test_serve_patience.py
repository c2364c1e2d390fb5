"""For how long ``flask iptv serve`` waits for a client, and whom it gives up first."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack, closing

import pytest

from flask_iptv.serving import listen, make_server
from flask_iptv.serving import server as waitress_server
from flask_iptv.serving.server import Channel, Server
from tests.real.ports import LOOPBACK

ASKED = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
UPLOAD = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9000000\r\n\r\n"


class Clock:
    """The time that the server sees, in seconds since the epoch."""

    now = 1_000_000.0

    def time(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(waitress_server, "time", clock)
    for module in ("channel", "server"):
        monkeypatch.setattr(f"waitress.{module}.time", clock)
    return clock


@pytest.fixture
def server(clock: Clock) -> Iterator[Server]:
    """A server that is not running, so that nothing is answered by itself."""
    with listen(LOOPBACK, 0) as listener:
        server = make_server(lambda environ, start: [], listener, threads=2)
        server.task_dispatcher.shutdown()
        server.clients = opened = ExitStack()
        with closing(server), opened:
            yield server
            for channel in list(server.active_channels.values()):
                channel.cancel()
                channel.handle_close()


def let_in(server: Server, address: str = "192.0.2.1", sent: bytes = b"") -> Channel:
    """A client, and what it has sent."""
    ours, theirs = socket.socketpair()
    channel = Channel(server, ours, (address, 1), server.adj, map=server._map)
    server.clients.enter_context(theirs)
    if sent:
        channel.received(sent)
    return channel


def given_up_after(channel: Channel, clock: Clock) -> int:
    """The seconds until it is overdue."""
    return next(s for s in range(1, 10**6) if channel.is_overdue(clock.now + s))


def test_who_asks_nothing_is_given_up_soon_and_who_has_asked_later(
    server: Server, clock: Clock
) -> None:
    assert given_up_after(let_in(server), clock) == 21
    asked = let_in(server)
    asked.received(ASKED)
    assert asked.requests
    assert not asked.is_overdue(clock.now + 10**6), "a thread is at work for it"
    asked.service()
    assert given_up_after(asked, clock) == 121


@pytest.mark.parametrize("sent", [b"G", ASKED[:-2]])
def test_a_request_that_comes_bit_by_bit_is_given_up(
    server: Server, clock: Clock, sent: bytes
) -> None:
    slow = let_in(server, sent=sent)
    for _ in range(20):
        clock.now += 1
        assert not slow.is_overdue(clock.now)
        slow.received(b"x")
        slow.last_activity = clock.now
    assert slow.is_overdue(clock.now + 1)


def test_a_body_has_as_long_as_a_slow_line_takes(server: Server, clock: Clock) -> None:
    upload = let_in(server, sent=UPLOAD)
    begun = given_up_after(upload, clock)
    upload.received(bytes(50_000))
    assert given_up_after(upload, clock) == begun + 100


def test_an_answer_of_which_nothing_is_taken_is_given_up(server: Server, clock: Clock) -> None:
    unread = let_in(server, sent=ASKED)
    unread.total_outbufs_len = 1
    assert given_up_after(unread, clock) == 61


def test_no_more_than_half_of_the_threads_wait_for_slow_clients(
    server: Server, clock: Clock
) -> None:
    slow = [let_in(server, sent=ASKED) for _ in range(2)]
    for channel in slow:
        clock.now += 1
        channel.turn = clock.now
        channel.total_outbufs_len = server.adj.outbuf_high_watermark + 1
    server.maintenance(clock.now)
    assert [channel.connected for channel in slow] == [False, True]


def test_all_bodies_together_have_a_bound(
    server: Server, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waitress_server, "ALL_BODIES", 0)
    monkeypatch.setattr(server.adj, "max_request_body_size", 1_000_000)
    monkeypatch.setattr("waitress.parser.HTTPRequestParser.error", None)
    uploads = []
    for _ in range(3):
        clock.now += 1
        uploads.append(let_in(server, sent=UPLOAD.replace(b"9000000", b"900000")))
        uploads[-1].received(bytes(800_000))
    assert [upload.connected for upload in uploads] == [False, True, True]


def test_room_is_made_by_who_holds_most_and_is_quiet_longest(server: Server, clock: Clock) -> None:
    server.most = 7
    addresses = ["198.51.100.1", *[f"2001:db8::{number}" for number in range(5)], "192.0.2.9"]
    clients = []
    for address in addresses:
        clients.append(let_in(server, address))
        clock.now += 1
    clients[1].received(ASKED)
    for gone in (2, 3):
        server.readable()
        assert [client.connected for client in clients].count(False) == gone - 1
        assert not clients[gone].connected
        clients.append(let_in(server, "192.0.2.9"))
