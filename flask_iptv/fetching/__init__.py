"""Asks other servers over HTTP, and never at an address that nobody meant to be asked."""

from __future__ import annotations

import http.client
import ssl
import time
import zlib
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import cast

from urllib3 import HTTPHeaderDict
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError
from urllib3.util import Url, parse_url

from ..phrases import Phrase
from ..redaction import hides
from ..values import Network
from .addresses import permitted, resolve
from .failures import FetchError, Patience, in_plain_words
from .timed_socket import TimedSocket

__all__ = ["MAX_BYTES", "FetchError", "Fetched", "Fetcher", "Patience"]

MAX_BYTES = 16 * 1024 * 1024
"""Largest answer that is read unless told otherwise, in bytes after unpacking."""

_PIECE = 64 * 1024
_PATIENCE = Patience()
_PORTS = {"http": 80, "https": 443}


@hides("headers", "body")
@dataclass(frozen=True)
class Fetched:
    """What a server answered, whatever its status.

    :param headers: their names are found in any case.
    :param body: unpacked.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes


class Fetcher:
    """Asks other servers; several threads may share one.

    No proxy of the environment is used, no redirect followed, no name looked up twice: what is
    connected to is the address that was checked. Certificates are checked against those of the
    system, or of the file that the environment variable ``SSL_CERT_FILE`` names.

    :param networks: addresses that may be asked although they are not public.
    :param patience: how long a server is waited for.
    """

    def __init__(self, networks: Sequence[Network] = (), *, patience: Patience = _PATIENCE) -> None:
        self._networks = tuple(networks)
        self._patience = patience

    def fetch(
        self,
        method: str,
        url: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] = {},
        login: tuple[str, str] | None = None,
        most: int = MAX_BYTES,
    ) -> Fetched:
        """Ask once.

        :param url: of ``http`` or ``https``, without a login in it.
        :param login: name and password for HTTP Basic.
        :param most: bytes that the unpacked answer may have.
        :raises FetchError: in words that hold nothing of the URL but its host and port.
        """
        target = _target(url)
        host, port = _place(target)
        deadline = time.monotonic() + self._patience.whole
        sent = {"User-Agent": "Flask-IPTV", "Accept-Encoding": "identity", **headers}
        sent["Host"] = cast(str, target.netloc)
        with in_plain_words(host, port, self._patience):
            if login is not None:
                sent["Authorization"] = "Basic " + b64encode(":".join(login).encode()).decode()
            connection = self._connect(target, deadline)
            sock = connection.sock
            timed = TimedSocket(sock, self._patience, deadline)
            connection.sock = cast(ssl.SSLSocket, timed)
            try:
                connection.request(method, target.request_uri, body, sent)
                return _answer(connection, most)
            finally:
                connection.close()
                sock.close()

    @cached_property
    def _trust(self) -> ssl.SSLContext:
        return ssl.create_default_context()

    def _connect(self, target: Url, deadline: float) -> HTTPConnection:
        """Connect to the first address of the host that may be asked and can be reached."""
        host, port = _place(target)
        seconds = self._patience.connect
        addresses = permitted(host, resolve(host, port, seconds), self._networks)
        for address in addresses:
            connection: HTTPConnection
            if target.scheme == "https":
                connection = HTTPSConnection(
                    str(address),
                    port,
                    timeout=seconds,
                    server_hostname=host,
                    ssl_context=self._trust,
                )
            else:
                connection = HTTPConnection(str(address), port, timeout=seconds)
            try:
                connection.connect()
            except BaseException as error:
                connection.close()
                unreached = isinstance(error, NewConnectionError | ConnectTimeoutError)
                too_late = time.monotonic() + seconds > deadline
                if not unreached or too_late or address == addresses[-1]:
                    raise
            else:
                break
        return connection


def _target(url: str) -> Url:
    """Take a URL apart; only what this function gives is used afterwards."""
    try:
        target = parse_url(url if url.isprintable() and " " not in url else "")
    except HTTPError:
        target = Url()
    if target.auth is not None:
        raise FetchError(
            Phrase("the URL has a login in it; give name and password in their own fields")
        )
    if target.scheme not in _PORTS or not target.host or target.port == 0:
        raise FetchError(
            Phrase("the URL must be http or https and name a host: https://media.example/")
        )
    return target


def _place(target: Url) -> tuple[str, int]:
    """Give the host, an IPv6 address without its brackets, and the port."""
    return cast(str, target.host).strip("[]"), target.port or _PORTS[cast(str, target.scheme)]


def _answer(connection: HTTPConnection, most: int) -> Fetched:
    try:
        # urllib3's own writes the whole URL to the log when the headers are broken.
        answer = http.client.HTTPConnection.getresponse(connection)
        with answer:
            read = b"".join(_unpacked(answer, most))
    except ValueError:
        # So http.client takes a chunk with a size below nothing.
        raise http.client.HTTPException from None
    return Fetched(answer.status, HTTPHeaderDict(answer.getheaders()), read)


def _unpacked(answer: http.client.HTTPResponse, most: int) -> Iterator[bytes]:
    """Read the body in pieces, of which none unpacks to more than may still come."""
    coding = answer.headers.get("Content-Encoding", "identity").strip().lower()
    if coding not in ("identity", "gzip"):
        raise FetchError(Phrase("the answer is packed in a way that was not asked for"))
    unpacker = zlib.decompressobj(wbits=31) if coding == "gzip" else None
    packed = unpacked = 0
    while piece := answer.read(_PIECE):
        packed += len(piece)
        if unpacker is not None:
            piece = unpacker.decompress(piece, most - unpacked + 1)
        unpacked += len(piece)
        if max(packed, unpacked) > most:
            raise FetchError(Phrase("the answer is larger than %(most)s bytes", most=most))
        yield piece
    if answer.length or (unpacker is not None and packed and not unpacker.eof):
        raise http.client.IncompleteRead(b"")
