"""A site that answers a media server as the test wants, and what a viewer gets from the server."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from example_app.media_server import RunningServer, start, timeline
from tests.patience import LIMIT
from tests.real.ports import LOOPBACK
from tests.real.site import serve

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

SECRET = "between us"
#: The second segment of a repetition, so that what a player gets spans the end of the clip.
NUMBER = 890_000_001


class Clock:
    """A clock that only the test moves; it stands near the end of segment ``NUMBER``."""

    def __init__(self) -> None:
        self.now = timeline.start_of(NUMBER) + timedelta(seconds=1.9)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float) -> None:
        """Move on by some seconds."""
        self.now += timedelta(seconds=seconds)


class Site:
    """The site that is asked: the test sets the answer and reads the questions.

    It knows one token that is always wrong: ``wrong``.
    """

    def __init__(self) -> None:
        self.enable()
        # Less than it takes an HLS viewer to be gone, so that no test depends on who is quicker.
        self.headers = {"X-AuthDuration": "20"}
        self.questions: list[dict[str, str]] = []
        self.credentials: list[str | None] = []
        self._asked = threading.Condition()
        #: While it is not set, no question is answered.
        self.answering = threading.Event()
        self.answering.set()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        question = dict(parse_qsl(environ["QUERY_STRING"]))
        with self._asked:
            self.questions.append(question)
            self.credentials.append(environ.get("HTTP_AUTHORIZATION"))
            self._asked.notify_all()
        self.answering.wait(LIMIT)
        if question.get("token") == "wrong":
            start_response("403 Forbidden", list(self.headers.items()))
            return [b"no such token"]
        start_response(self.status, list(self.headers.items()))
        return [self.text.encode()]

    def enable(self) -> None:
        """Answer yes from now on."""
        self.status = "200 OK"
        self.text = ""

    def disable(self, text: str) -> None:
        """Answer no from now on, and say why."""
        self.status, self.text = "403 Forbidden", text

    @property
    def types(self) -> list[str]:
        """The kinds of the questions so far, in their order."""
        return [question["request_type"] for question in self.questions]

    def is_closed(self, seconds: float = LIMIT) -> bool:
        """Whether a session ends within some time."""
        with self._asked:
            return self._asked.wait_for(lambda: "close_session" in self.types, seconds)

    def closed(self) -> dict[str, str]:
        """The question which tells the end of a session, waited for if it is not here yet."""
        assert self.is_closed()
        return self.questions[self.types.index("close_session")]


@dataclass(frozen=True)
class Answer:
    """What a viewer got."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def addresses(self) -> list[str]:
        """The lines of a playlist that are not tags."""
        return [line for line in self.text.splitlines() if not line.startswith("#")]


@dataclass(frozen=True)
class Demonstration:
    """A media server, the site which it asks and the clock by which it plays."""

    site: Site
    clock: Clock
    server: RunningServer

    @property
    def url(self) -> str:
        """The media server's address, without a final slash."""
        return self.server.url

    def playlist(self, token: str = "T", agent: str = "VLC") -> Answer:
        """What a viewer of the stream ``ort`` gets for its playlist."""
        return fetch(f"{self.url}/ort/index.m3u8?token={token}", agent=agent)

    def segment(self, playlist: Answer, name: str = "ort", address: str = LOOPBACK) -> Answer:
        """What comes for the newest segment of a playlist."""
        return fetch(f"{self.url}/{name}/{playlist.addresses[-1]}", address=address)


@contextmanager
def demonstration() -> Iterator[Demonstration]:
    """A media server at work, and its site."""
    site, clock = Site(), Clock()
    with (
        serve(site) as site_url,
        start(LOOPBACK, 0, f"{site_url}/tv/auth", SECRET, clock) as server,
    ):
        yield Demonstration(site, clock, server)


@contextmanager
def opened(
    url: str, method: str = "GET", agent: str = "VLC", address: str = LOOPBACK
) -> Iterator[http.client.HTTPResponse]:
    """A response whose body is still to be read.

    :param address: where the viewer is; all of 127.0.0.0/8 is this machine.
    """
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(
        parts.netloc, timeout=LIMIT, source_address=(address, 0)
    )
    target = parts.path + (parts.query and f"?{parts.query}")
    headers = {"User-Agent": agent, "Referer": "http://page.example/"}
    with closing(connection):
        connection.request(method, target, headers=headers)
        with closing(connection.getresponse()) as response:
            yield response


def fetch(url: str, method: str = "GET", agent: str = "VLC", address: str = LOOPBACK) -> Answer:
    """A whole response."""
    with opened(url, method, agent, address) as response:
        text = response.read().decode("latin-1")
        return Answer(response.status, dict(response.headers), text)
