"""Real backends on loopback to be asked: well behaved, silent, broken, gone."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from tests.patience import LIMIT
from tests.real.ports import LOOPBACK
from tests.real.site import serve

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse

ALLOW, DENY = "200 OK", "403 Forbidden"


class Site:
    """A backend that counts its questions; its answer can be changed at any time."""

    url = ""

    def __init__(self, status: str, headers: dict[str, str]) -> None:
        self.status, self.headers = status, headers
        self.questions: list[dict[str, str]] = []
        self.environ: dict[str, Any] = {}
        #: Done before it answers.
        self.work: Callable[[], object] = lambda: None

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        self.environ = environ
        self.questions.append(dict(parse_qsl(environ["QUERY_STRING"])))
        self.work()
        start_response(self.status, list(self.headers.items()))
        return [b"said"]


@contextmanager
def site(status: str = DENY, **headers: str) -> Iterator[Site]:
    """Serve a backend; header names are written with ``_`` for ``-``."""
    backend = Site(status, {name.replace("_", "-"): value for name, value in headers.items()})
    with serve(backend) as url:
        backend.url = f"{url}/auth"
        yield backend


@contextmanager
def raw_site(answer: bytes, *, silent: bool = False) -> Iterator[str]:
    """Answer every question with these bytes.

    :param silent: and then keep the connection open until the asker closes it.
    """
    with socket.create_server((LOOPBACK, 0)) as server:
        thread = threading.Thread(target=_answer_on, args=(server, answer, silent), daemon=True)
        thread.start()
        try:
            yield f"http://{LOOPBACK}:{server.getsockname()[1]}/"
        finally:
            # On Linux a blocked accept ends by this, and not by a close.
            server.shutdown(socket.SHUT_RDWR)
            thread.join(LIMIT)


def _answer_on(server: socket.socket, answer: bytes, silent: bool) -> None:
    while True:
        try:
            connection, _ = server.accept()
        except OSError:
            return
        with connection:
            connection.recv(65_536)
            connection.sendall(answer)
            while silent and connection.recv(65_536):
                pass


def gone() -> str:
    """An address at which nobody listens."""
    with socket.create_server((LOOPBACK, 0)) as server:
        return f"http://{LOOPBACK}:{server.getsockname()[1]}/"
