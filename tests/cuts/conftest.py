"""A site whose users are cut, and the media servers that are told so."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask

from flask_iptv import cuts, database, servers, sessions
from flask_iptv.cuts import TrackedCut
from flask_iptv.models import utcnow
from flask_iptv.state import State
from tests.conftest import furnish
from tests.real.site import serve

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


@dataclass
class Flussonic:
    """What a Flussonic is told through its API.

    :param status: what it answers when it is told to end a session.
    :param meeting: where it waits for another one before it answers.
    """

    status: str = "204 No Content"
    told: list[str] = field(default_factory=list)
    url: str = ""
    meeting: threading.Barrier | None = None
    heard: threading.Event = field(default_factory=threading.Event)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        is_end = environ["REQUEST_METHOD"] == "DELETE"
        if is_end:
            self.told.append(path.rpartition("/")[2])
            self.heard.set()
            if self.meeting is not None:
                self.meeting.wait()
        start_response(self.status if is_end else "200 OK", [("Content-Length", "0")])
        return []


@pytest.fixture
def flussonic() -> Iterator[Flussonic]:
    server = Flussonic()
    with serve(server) as server.url:
        yield server


class HangingUp(socketserver.TCPServer):
    """A server that takes calls and hangs up at once.

    :param calls: how many it took.
    """

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), socketserver.BaseRequestHandler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.calls = 0

    def process_request(self, request: Any, client_address: Any) -> None:
        self.calls += 1
        self.shutdown_request(request)


@pytest.fixture
def hanging_up() -> Iterator[HangingUp]:
    with HangingUp() as server:
        taking = threading.Thread(target=server.serve_forever, args=(0.01,))
        taking.start()
        yield server
        server.shutdown()
        taking.join()


@pytest.fixture(autouse=True)
def _no_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing happens by itself: each test says when."""
    monkeypatch.setattr(State, "tick", lambda state: None)


@dataclass
class Site:
    """A site whose users are cut."""

    app: Flask

    def ask(self, session: str, **more: str) -> int:
        query = {"name": "ort", "token": "bobs-token", "ip": "192.0.2.1", "session_id": session}
        return self.app.test_client().get("/tv/auth", query_string=query | more).status_code

    def change(self, work: Callable[[], object]) -> None:
        with self.app.app_context():
            work()
            database.session().commit()

    def tell(self, now: datetime | None = None) -> None:
        state = self.app.extensions["iptv"]
        state.store().tick(utcnow())
        state.services.recorder.flush(utcnow())
        state.services.teller.tell_due(now or utcnow())

    def cuts(self) -> list[TrackedCut]:
        with self.app.app_context():
            return cuts.page().items


def open_site(make_app: Callable[..., Flask], api_url: str | None, **config: object) -> Site:
    site = Site(make_app(**{"IPTV_FETCH_NETWORKS": ["127.0.0.0/8"]} | config))
    site.change(furnish)
    site.change(lambda: servers.update(servers.get("main"), api_url=api_url))
    return site


@pytest.fixture
def site(make_app: Callable[..., Flask], flussonic: Flussonic) -> Site:
    return open_site(make_app, flussonic.url)


def cut_all() -> None:
    """Cut everybody who is watching, as an administrator would."""
    for watching in sessions.page(now=utcnow()).items:
        sessions.cut(watching.id)
