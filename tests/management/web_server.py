"""A web server on loopback that answers what a test wants and remembers what it was asked."""

from __future__ import annotations

import json
import ssl
import threading
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, cast
from urllib.parse import parse_qsl, urlsplit

from typing_extensions import Self

from tests.real.ports import LOOPBACK


@dataclass(frozen=True)
class Asked:
    """A request as it came.

    :param target: path and query, still percent-encoded.
    """

    method: str
    target: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def login(self) -> str | None:
        """Name and password, with a colon between them."""
        basic = self.headers.get("authorization", "").removeprefix("Basic ")
        return b64decode(basic).decode() if basic else None


@dataclass(frozen=True)
class Answer:
    """A response to be sent."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


def as_json(value: Any, status: int = 200) -> Answer:
    """Make an answer of JSON."""
    return Answer(status, json.dumps(value).encode(), {"Content-Type": "application/json"})


def not_found(_asked: Asked) -> Answer:
    """Know no path at all."""
    return Answer(404, b"<html>not here</html>")


class WebServer:
    """Serves once the ``with`` block is entered.

    :param address: of loopback.
    :param context: makes it speak TLS.
    """

    def __init__(self, address: str = LOOPBACK, context: ssl.SSLContext | None = None) -> None:
        self.answer: Callable[[Asked], Answer] = not_found
        self.asked: list[Asked] = []
        self._server = _Server((address, 0), _Handler)
        self._server.web = self
        if context is not None:
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.port = self._server.server_port
        scheme = "http" if context is None else "https"
        self.url = f"{scheme}://{address}:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def answers(self, answers: dict[str, Answer]) -> None:
        """Answer by method and path, such as ``GET /stat``, and with 404 otherwise."""
        self.answer = lambda asked: answers.get(f"{asked.method} {asked.path}", not_found(asked))

    @property
    def paths(self) -> list[str]:
        """Methods and paths of what was asked."""
        return [f"{asked.method} {asked.path}" for asked in self.asked]


class _Server(ThreadingHTTPServer):
    web: WebServer

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a client that left, as those of many tests do."""


class _Handler(BaseHTTPRequestHandler):
    def handle_any(self) -> None:
        target = urlsplit(self.path)
        length = int(self.headers.get("Content-Length", 0))
        asked = Asked(
            self.command,
            self.path,
            target.path,
            dict(parse_qsl(target.query)),
            {name.lower(): value for name, value in self.headers.items()},
            self.rfile.read(length),
        )
        web = cast(_Server, self.server).web
        web.asked.append(asked)
        answer = web.answer(asked)
        self.send_response(answer.status)
        headers = {"Content-Length": str(len(answer.body)), **answer.headers}
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if answer.status != 204:
            self.wfile.write(answer.body)

    def log_message(self, *args: Any, **named: Any) -> None:
        """Write nothing to the test's output."""


for method in ("GET", "POST", "DELETE"):
    setattr(_Handler, f"do_{method}", _Handler.handle_any)
