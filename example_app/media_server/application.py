"""The demonstration media server as a WSGI application, with addresses like Flussonic's."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

from werkzeug.wrappers import Request, Response

from . import playlist, timeline
from .authorization import Backend, Verdict
from .sessions import HLS, MPEGTS, Play, Session, Sessions
from .timeline import Clip

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

#: Never-ending responses at once; each of them keeps a thread of the web server.
STREAM_LIMIT = 24
#: Seconds after which a viewer who found no place may look again.
RETRY_SECONDS = 10
#: MPEG-TS begins this many segments back, so that a player's buffer fills at once.
BURST_SEGMENTS = 2
#: Seconds between two pieces of MPEG-TS.
PACE_SECONDS = 0.25
#: A stream that fell behind more than this goes on at the present instead of catching up.
LAG = timedelta(seconds=20)

PLAYLIST_TYPE = "application/vnd.apple.mpegurl"
MPEGTS_TYPE = "video/mp2t"
_SEGMENT = re.compile(r"([0-9]{1,15})\.ts")
_HEADERS = {"Access-Control-Allow-Origin": "*", "Cache-Control": "no-store"}


def utc_now() -> datetime:
    """The time now (UTC, aware)."""
    return datetime.now(timezone.utc)


class MediaServer:
    """Plays the clip on ``/<name>/index.m3u8`` and ``/<name>/mpegts``, whatever the name.

    The site at ``auth_url`` decides who may watch what, as Flussonic's ``on_play`` lets it.

    :param auth_url: where the site is asked, such as ``http://127.0.0.1:8000/tv/auth``.
    :param secret: the bearer token which shows the site that a server it knows is asking.
    :param clock: gives the time now (UTC, aware).
    :raises ValueError: ``auth_url`` is not a URL of HTTP.
    """

    def __init__(
        self,
        auth_url: str,
        clip: Clip,
        secret: str | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self.sessions = Sessions(Backend(auth_url, secret), clock)
        #: Set when the server stops: never-ending responses end at once.
        self.closing = threading.Event()
        self._places = threading.BoundedSemaphore(STREAM_LIMIT)
        self._clip = clip
        self._clock = clock

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = Request(environ)
        response = self._respond(request)
        response.headers.extend(_HEADERS)
        return response(environ, start_response)

    def _respond(self, request: Request) -> Response:
        if request.method not in {"GET", "HEAD"}:
            return _plain(405, "Only GET and HEAD.", {"Allow": "GET, HEAD"})
        name, _, leaf = request.path.strip("/").rpartition("/")
        segment = _SEGMENT.fullmatch(leaf)
        if name and leaf == "index.m3u8":
            return self._playlist(request, name)
        if name and leaf == "mpegts":
            return self._mpegts(request, name)
        if name and segment:
            return self._segment(request, name, int(segment[1]))
        return _plain(
            404, "This server plays /NAME/index.m3u8?token=TOKEN and /NAME/mpegts?token=TOKEN."
        )

    def _playlist(self, request: Request, name: str) -> Response:
        session = self.sessions.of(_play(request, name, HLS))
        verdict = self.sessions.verdict(session)
        if not verdict.playing:
            return _turned_away(verdict)
        text = playlist.text(self._clock(), session.id)
        return Response(text, content_type=PLAYLIST_TYPE)

    def _segment(self, request: Request, name: str, number: int) -> Response:
        address = request.remote_addr or ""
        session = self.sessions.find(request.args.get("session", ""), name, address)
        if session is None:
            return _plain(403, "This session has ended; open the playlist again.")
        verdict = self.sessions.verdict(session)
        if not verdict.playing:
            return _turned_away(verdict)
        if not playlist.is_available(number, self._clock()):
            return _plain(404, f"Segment {number} is not available now.")
        segment = self._clip.segment(number)
        session.sent += len(segment)
        return Response(segment, content_type=MPEGTS_TYPE)

    def _mpegts(self, request: Request, name: str) -> Response:
        # Taken before the site is asked: of many who come at once, each would find one free still.
        if not self._places.acquire(blocking=False):
            return _plain(
                503,
                f"All {STREAM_LIMIT} places for MPEG-TS are taken; try again in a moment.",
                {"Retry-After": str(RETRY_SECONDS)},
            )
        with ExitStack() as ending:
            ending.callback(self._places.release)
            session = self.sessions.of(_play(request, name, MPEGTS))
            verdict = self.sessions.verdict(session)
            if not verdict.playing:
                return _turned_away(verdict)
            ending.callback(self._leave, session)
            if request.method == "HEAD":
                return Response(content_type=MPEGTS_TYPE)
            has_left = request.environ.get("waitress.client_disconnected", lambda: False)
            response = Response(self._stream(session, has_left), content_type=MPEGTS_TYPE)
            # Also when the viewer left before the first byte, and the stream was never begun.
            response.call_on_close(ending.pop_all().close)
            return response

    def _stream(self, session: Session, has_left: Callable[[], bool]) -> Iterator[bytes]:
        sent_until = _joining_point(self._clock())
        while not has_left() and self.sessions.verdict(session).playing:
            now = self._clock()
            if now - sent_until > LAG:
                sent_until = _joining_point(now)
            if piece := self._clip.between(sent_until, now):
                session.sent += len(piece)
                yield piece
            sent_until = max(sent_until, now)
            if self.closing.wait(PACE_SECONDS):
                return

    def _leave(self, session: Session) -> None:
        # A server that stops does not wait for a site that may be stopping as well.
        if not self.closing.is_set():
            self.sessions.close(session)


def _joining_point(now: datetime) -> datetime:
    return timeline.start_of(timeline.number_at(now) - BURST_SEGMENTS)


def _play(request: Request, name: str, proto: str) -> Play:
    return Play(
        name=name,
        proto=proto,
        ip=request.remote_addr or "",
        token=request.args.get("token", ""),
        user_agent=request.user_agent.string,
        referer=request.referrer or "",
        qs=request.query_string.decode("utf-8", "replace"),
    )


def _turned_away(verdict: Verdict) -> Response:
    if verdict.location:
        return _plain(302, "", {"Location": verdict.location})
    return _plain(403, verdict.reason or "The site refused this stream.")


def _plain(status: int, text: str, headers: dict[str, str] | None = None) -> Response:
    return Response(text and text + "\n", status, headers, content_type="text/plain; charset=utf-8")
