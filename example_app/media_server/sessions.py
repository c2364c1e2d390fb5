"""Who is watching: sessions with the site's verdict on each, asked again when it runs out."""

from __future__ import annotations

import logging
import secrets
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from .authorization import Backend, BackendError, Verdict

logger = logging.getLogger(__name__)

HLS = "hls"
MPEGTS = "tshttp"
#: A viewer of HLS who asked for nothing this long has gone.
IDLE = timedelta(seconds=30)
#: When a running session's question found no answer, the next is put after this.
RETRY = timedelta(seconds=10)


@dataclass(frozen=True)
class Play:
    """What one viewer wants to watch, in the names of Flussonic's question.

    :param proto: :data:`HLS` or :data:`MPEGTS`.
    :param qs: the viewer's query string as it came.
    """

    name: str
    proto: str
    ip: str
    token: str = field(default="", repr=False)
    user_agent: str = ""
    referer: str = field(default="", compare=False, repr=False)
    qs: str = field(default="", compare=False, repr=False)


def _new_id() -> str:
    return str(uuid.UUID(bytes=secrets.token_bytes(16), version=4))


@dataclass(eq=False)
class Session:
    """One viewer on one stream.

    :param opened_at: UTC, as are the other times.
    :param due_at: when the verdict runs out.
    :param sent: bytes that went to the viewer.
    :param questions: how many questions were put so far.
    """

    play: Play
    opened_at: datetime
    seen_at: datetime
    due_at: datetime
    id: str = field(default_factory=_new_id)
    verdict: Verdict | None = None
    sent: int = 0
    questions: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def playing(self) -> bool:
        """Whether the site's last word was yes."""
        return self.verdict is not None and self.verdict.playing

    @property
    def refused(self) -> bool:
        """Whether the site's last word was no."""
        return self.verdict is not None and not self.verdict.playing

    def is_over(self, now: datetime) -> bool:
        """Whether the session was refused and even that has run out."""
        return self.refused and now >= self.due_at

    def is_idle(self, now: datetime) -> bool:
        """Whether a viewer of HLS has gone; one of MPEG-TS closes the connection."""
        return self.play.proto == HLS and now - self.seen_at >= IDLE


class Sessions:
    """The sessions of one media server.

    :param backend: the site that is asked.
    :param clock: gives the time now (UTC, aware).
    """

    def __init__(self, backend: Backend, clock: Callable[[], datetime]) -> None:
        self._backend = backend
        self._clock = clock
        self._lock = threading.Lock()
        self._by_id: dict[str, Session] = {}
        self._by_play: dict[Play, Session] = {}

    def of(self, play: Play) -> Session:
        """The session of a viewer: a new one, unless HLS goes on or a refusal still holds."""
        now = self._clock()
        with self._lock:
            known = self._by_play.get(play)
            if known and not known.is_over(now) and (play.proto == HLS or known.refused):
                known.seen_at = now
                return known
            session = Session(play, opened_at=now, seen_at=now, due_at=now)
            self._by_play[play] = self._by_id[session.id] = session
            return session

    def find(self, session_id: str, name: str, ip: str) -> Session | None:
        """The session a segment is fetched in, if it is of this stream and this address."""
        now = self._clock()
        with self._lock:
            session = self._by_id.get(session_id)
            if session is None or session.is_over(now):
                return None
            if (session.play.name, session.play.ip) != (name, ip):
                return None
            session.seen_at = now
            return session

    def verdict(self, session: Session) -> Verdict:
        """The site's word on a session, asked for if there is none or it has run out.

        A site that does not answer refuses a new session and leaves a running one as it was.
        """
        with session.lock:
            verdict = session.verdict
            if verdict is None:
                verdict = self._opening(session)
            elif verdict.playing and self._clock() >= session.due_at:
                verdict = self._updated(session, verdict)
            session.verdict = verdict
            return verdict

    def close(self, session: Session) -> None:
        """The viewer left. The site is told, unless it refused the session itself."""
        if session.refused:
            # Kept until the refusal runs out, so that trying again does not ask again.
            return
        self._forget(session)
        self._ask_to_close(session)

    def close_idle(self) -> None:
        """End the HLS sessions of viewers who left, and drop the refusals that ran out."""
        now = self._clock()
        with self._lock:
            sessions = list(self._by_id.values())
        for session in sessions:
            if session.is_over(now):
                self._forget(session)
            elif session.playing and session.is_idle(now):
                self.close(session)

    def _forget(self, session: Session) -> None:
        with self._lock:
            self._by_id.pop(session.id, None)
            if self._by_play.get(session.play) is session:
                del self._by_play[session.play]

    def _opening(self, session: Session) -> Verdict:
        try:
            verdict = self._ask(session, "new_session")
        except BackendError as error:
            self._log(session, f"refused, {error}")
            return Verdict(False, timedelta(0), reason=f"{error}; try again in a moment")
        session.due_at = self._clock() + verdict.duration
        self._log(session, "plays" if verdict.playing else "refused")
        return verdict

    def _updated(self, session: Session, last: Verdict) -> Verdict:
        try:
            verdict = self._ask(session, "update_session")
        except BackendError as error:
            self._log(session, f"plays on, {error}")
            session.due_at = self._clock() + RETRY
            return last
        session.due_at = self._clock() + verdict.duration
        if not verdict.playing:
            self._log(session, "cut")
        return verdict

    def _ask_to_close(self, session: Session) -> None:
        try:
            self._ask(session, "close_session")
        except BackendError as error:
            self._log(session, f"closed, {error}")
        else:
            self._log(session, "closed")

    def _ask(self, session: Session, request_type: str) -> Verdict:
        play = session.play
        with self._lock:
            streams = [other.play.name for other in self._by_id.values() if other.playing]
        question: dict[str, str | int] = {
            "name": play.name,
            "ip": play.ip,
            "proto": play.proto,
            "request_type": request_type,
            "request_number": session.questions,
            "session_id": session.id,
            "duration": int((self._clock() - session.opened_at).total_seconds()),
            "bytes": session.sent,
            "stream_clients": streams.count(play.name),
            "total_clients": len(streams),
        }
        for key in ("token", "user_agent", "referer", "qs"):
            if value := getattr(play, key):
                question[key] = value
        session.questions += 1
        return self._backend.ask(question)

    def _log(self, session: Session, event: str) -> None:
        # Never the query or the site's text: they may hold the token.
        play = session.play
        logger.info("%r by %s for %s: %s", play.name, play.proto, play.ip, event)
