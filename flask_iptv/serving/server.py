"""A server of waitress whose connections nobody can use up, however many are left idle."""

from __future__ import annotations

import socket
import time
from collections import Counter
from contextlib import suppress
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from waitress.parser import HTTPRequestParser
from waitress.server import TcpWSGIServer
from waitress.utilities import RequestEntityTooLarge

from .holding import HoldingChannel

#: Seconds until a connection is closed on which nothing is asked any more. The proxies in front
#: close theirs earlier (nginx: 60), so none sends a question into one that is just being closed.
IDLE_SECONDS = 120
#: Seconds within which a request is there, and bytes for each of which a second more is given, as
#: Apache's mod_reqtimeout has them.
REQUEST_SECONDS, BYTES_A_SECOND = 20, 500
#: Seconds after which an answer is given up of which nothing is taken.
UNREAD_SECONDS = 60
#: Seconds in which a client may learn that its body is refused while it goes on sending.
REFUSING_SECONDS = 10
#: Bytes of all bodies that are on their way at once: they lie in memory and temporary files. At
#: least two of the largest find room.
ALL_BODIES = 256 * 1024 * 1024
#: Somebody who has one address of IPv6 has all that begin with as many bits.
_IPV6_PREFIX = 64


class Parser(HTTPRequestParser):  # type: ignore[misc]
    """Reads a request, and says in a sentence when its body is too large."""

    error: Any

    def received(self, data: bytes) -> int:
        count: int = super().received(data)
        if isinstance(self.error, RequestEntityTooLarge):
            most = self.adj.max_request_body_size - 1
            self.error = RequestEntityTooLarge(
                f"This site takes at most {most} bytes in the body of a request."
            )
        return count


class Channel(HoldingChannel):
    """One connection, and since when its client has kept us waiting."""

    parser_class = Parser
    request: Any

    def __init__(
        self, server: Server, connection: Any, address: Any, *more: Any, **named: Any
    ) -> None:
        self.holder = _network(str(address[0]))
        #: Seconds since the epoch, as waitress has them.
        self.turn = time.time()
        self.begun: float | None = None
        self._has_asked = False
        self._is_refused = False
        self._refuses_until: float | None = None
        super().__init__(server, connection, address, *more, **named)

    def readable(self) -> bool:
        # One that is closed is not waited for: its number may be a new one's already.
        return bool(self.connected and (self._refuses_until or super().readable()))

    def writable(self) -> bool:
        return bool(self.connected and super().writable())

    def handle_read(self) -> None:
        if self._refuses_until is None:
            super().handle_read()
            return
        try:
            self.recv(self.adj.recv_bytes)
        except OSError:
            self.handle_close()

    def received(self, data: bytes) -> bool:
        before = self.request
        received: bool = super().received(data)
        if self.request is not before:
            self.begun = None if self.request is None else time.time()
        self._is_refused = bool(self.requests and self.requests[-1].error)
        if self.body > self.adj.inbuf_overflow:
            self.server.receives(self)
        return received

    def service(self) -> None:
        self.turn, self._has_asked = time.time(), True
        super().service()
        self.turn = time.time()

    def handle_close(self) -> None:
        if self._is_refused and self._refuses_until is None and not self.total_outbufs_len:
            # Closed at once, the system would tell of a broken connection, and not of our answer.
            with suppress(OSError):
                self.socket.shutdown(socket.SHUT_WR)
                self._refuses_until = time.time() + REFUSING_SECONDS
                self.will_close = False
                return
        super().handle_close()
        unfinished, self.request = self.request, None
        if unfinished is not None:
            unfinished.close()

    @property
    def is_quiet(self) -> bool:
        """Whether it is the client who has to do something: no thread works for it."""
        return not self.requests

    @property
    def is_unread(self) -> bool:
        """Whether a thread waits for the client to take what there is."""
        return bool(self.requests) and self.total_outbufs_len > self.adj.outbuf_high_watermark

    @property
    def quiet_since(self) -> float:
        """Since when the client has taken nothing, or asked nothing."""
        moment: float = self.last_activity if self.total_outbufs_len else self.turn
        return moment

    @property
    def body(self) -> int:
        """The bytes of a body that is not all there yet."""
        return 0 if self.request is None else int(self.request.body_bytes_received)

    def is_overdue(self, now: float) -> bool:
        """Whether its client has kept us waiting for too long."""
        if self._refuses_until is not None:
            return now > self._refuses_until
        if self.total_outbufs_len:
            return bool(now > self.last_activity + UNREAD_SECONDS)
        if self.requests:
            return False
        if self.request is not None and self.begun is not None:
            there = self.request.header_bytes_received + self.request.body_bytes_received
            return bool(now > self.begun + REQUEST_SECONDS + there / BYTES_A_SECOND)
        return now > self.turn + (IDLE_SECONDS if self._has_asked else REQUEST_SECONDS)


class Server(TcpWSGIServer):  # type: ignore[misc]
    """Closes the connections whose clients keep it waiting, sooner if it has too many.

    When it is full, a new connection takes the place of the one that has been quiet for longest,
    counted as often as its address has connections. So a proxy, by whose address all come, may have
    them all, and yet nobody who opens thousands keeps others out.

    :param most: connections at once.
    """

    channel_class = Channel

    def __init__(self, *arguments: Any, most: int, **more: Any) -> None:
        self.most = most
        self._bodies: set[Channel] = set()
        super().__init__(*arguments, **more)

    def readable(self) -> bool:
        if len(self.active_channels) >= self.most:
            self._make_room()
        readable: bool = super().readable()
        return readable

    def maintenance(self, now: float) -> None:
        channels: list[Channel] = list(self.active_channels.values())
        for channel in channels:
            if channel.is_overdue(now):
                channel.handle_close()
        self._free_threads([channel for channel in channels if channel.is_unread])

    def _make_room(self) -> None:
        now = time.time()
        channels: list[Channel] = list(self.active_channels.values())
        held = Counter(channel.holder for channel in channels)
        quiet = [channel for channel in channels if channel.is_quiet]
        if quiet:
            last = max(quiet, key=lambda one: held[one.holder] * (now - one.quiet_since))
            last.handle_close()

    def _free_threads(self, unread: list[Channel]) -> None:
        # Half of the threads may wait for slow clients.
        unread.sort(key=lambda one: one.turn)
        for channel in unread[: max(0, len(unread) - self.adj.threads // 2)]:
            channel.handle_close()

    def receives(self, channel: Channel) -> None:
        """Give up the body that has been on its way for longest, once all are too much."""
        self._bodies = {one for one in self._bodies if one.connected and one.body} | {channel}
        most = max(ALL_BODIES, 2 * self.adj.max_request_body_size)
        if sum(one.body for one in self._bodies) > most:
            min(self._bodies, key=lambda one: one.begun or 0).handle_close()


def _network(address: str) -> str:
    try:
        known = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(known, IPv6Address):
        return address
    if known.ipv4_mapped:
        return str(known.ipv4_mapped)
    return str(ip_network((int(known), _IPV6_PREFIX), strict=False))
