"""One upstream backend, and one question to it (Flussonic authorization backend API)."""

from __future__ import annotations

import ssl
from base64 import b64encode
from functools import cached_property
from http.client import HTTPConnection, HTTPMessage, HTTPSConnection
from socket import SHUT_RDWR, socket
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from .play import Passed

#: Nobody is believed for longer, in seconds.
LONGEST = 86_400

#: Longer addresses are no place to play from.
MAX_LOCATION = 2048

_MOST_USERS = 2**53 - 1
_MOST_SESSIONS = 1_000_000


class Reply(NamedTuple):
    """What a backend said.

    :param duration: seconds for which it holds, where it told.
    """

    allowed: bool
    duration: int | None
    passed: Passed


class Down(Exception):
    """A backend has not answered, so it has said neither yes nor no."""


class Backend:
    """Where one of ``IPTV_UPSTREAM_AUTH`` is asked.

    The standard library asks, since urllib3 writes whole addresses, and so viewers' tokens, into
    its log. It follows no redirects and no ``HTTP_PROXY`` of the environment.

    :param url: with a query and a login of its own, if it needs them.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.host, self.port, self._secure = parts.hostname, parts.port, parts.scheme == "https"
        #: What may be shown of it.
        self.origin = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
        self._target = f"{parts.path or '/'}?{parts.query + '&' if parts.query else ''}"
        # No connection is used twice: one that the backend has closed meanwhile looks like one
        # that is down.
        self._headers = {"User-Agent": "Flask-IPTV", "Connection": "close"}
        if parts.username is not None:
            login = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
            self._headers["Authorization"] = f"Basic {b64encode(login.encode()).decode()}"

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return ssl.create_default_context()

    def question(self, query: str, timeout: float) -> Question:
        """Prepare a question.

        :param query: already encoded.
        :param timeout: seconds for each step of it.
        """
        host = self.host or ""
        connection = (
            HTTPSConnection(host, self.port, timeout=timeout, context=self._tls)
            if self._secure
            else HTTPConnection(host, self.port, timeout=timeout)
        )
        return Question(connection, self._target + query, self._headers)


class Question:
    """A question that one thread asks and another may give up."""

    def __init__(self, connection: HTTPConnection, target: str, headers: dict[str, str]) -> None:
        self._connection, self._target, self._headers = connection, target, headers
        #: Whether nobody waits for the answer any more.
        self.is_given_up = False

    def ask(self) -> Reply:
        """Ask it.

        :raises Down: if there is no answer, or one of a broken server.
        """
        connection = self._connection
        try:
            connection.connect()
            if self.is_given_up:
                raise Down("it took too long")
            connection.request("GET", self._target, headers=self._headers)
            with connection.getresponse() as response:
                status, headers = response.status, response.headers
        except Down:
            raise
        except Exception as error:
            # Whatever a backend sends must not be our error. The text of this one may have the
            # address in it, and so the token.
            raise Down(type(error).__name__) from None
        finally:
            connection.close()
        if status >= 500:
            raise Down(f"HTTP {status}")
        return _reply(status, headers)

    def give_up(self) -> None:
        """Let the thread that asks end now, however slowly the backend speaks."""
        self.is_given_up = True
        sock = self._connection.sock
        if sock is not None:
            try:
                # Below TLS, whose own shutdown is not for another thread.
                socket.shutdown(sock, SHUT_RDWR)
            except OSError:
                return


def _reply(status: int, headers: HTTPMessage) -> Reply:
    location = _location(_only(headers, "Location")) if status == 302 else None
    duration = _number(_only(headers, "X-AuthDuration"), 2**53)
    passed = Passed(
        _number(_only(headers, "X-UserId"), _MOST_USERS),
        _number(_only(headers, "X-Max-Sessions"), _MOST_SESSIONS) or None,
        (_only(headers, "X-Unique") or "").lower() in ("true", "1"),
        location,
    )
    # A redirect to nowhere is no place to play, and everything else is a refusal.
    allowed = status == 200 or location is not None
    return Reply(allowed, None if duration is None else max(1, min(duration, LONGEST)), passed)


def _only(headers: HTTPMessage, name: str) -> str | None:
    values = headers.get_all(name) or []
    return str(values[0]).strip() if len(values) == 1 else None


def _number(text: str | None, most: int) -> int | None:
    if not text or len(text) > 16 or not (text.isascii() and text.isdigit()):
        return None
    number = int(text)
    return number if number <= most else None


def _location(text: str | None) -> str | None:
    if not text or len(text) > MAX_LOCATION or not (text.isascii() and text.isprintable()):
        return None
    if " " in text or "\\" in text:
        return None
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    absolute = parts.scheme in ("http", "https") and parts.hostname
    return text if absolute or not (parts.scheme or parts.netloc) else None
