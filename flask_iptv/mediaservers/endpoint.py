"""``/auth``: a media server's question, whichever door it came through."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from ..authorization import Authorizer, Decision, Play, Publish, Publishing
from ..authorization.play import known_address
from ..config import Settings
from ..models import utcnow
from ..outages import outage_of, place_of
from ..said import Said
from ..sessions import Event
from ..waiting import AtMost
from . import flussonic, forward_auth
from .asker import Askers
from .dialect import Asked, Dialect, Ended, Unreadable
from .dialects import DIALECTS
from .opened import Opened
from .question import Answer, Question

log = logging.getLogger("flask_iptv.auth")

#: Seconds that a question waits for others who write, all together: media servers wait three.
PATIENCE = 2.2


class Endpoint:
    """Answers media servers for one app, each in its own dialect; no app context is needed.

    :param asked: called at each question, before the answer is looked for.
    :param refused: given the reason of each refusal of a viewer.
    """

    def __init__(
        self,
        settings: Settings,
        authorizer: Authorizer,
        publishing: Publishing,
        asked: Callable[[], None],
        refused: Callable[[str], None],
    ) -> None:
        self._settings = settings
        self._asked, self._refused = asked, refused
        self._authorizer = authorizer
        self._publishing = publishing
        self._askers = Askers(settings)
        self._opened = Opened()
        self._said = Said(log)

    def answer(self, question: Question, server: str | None = None) -> Answer:
        """Answer a question.

        :param server: the name behind ``/auth/``; without one it is Flussonic or a proxy.
        """
        dialect = _dialect(question, server)
        try:
            return self._answered(question, dialect)
        except Exception as error:
            # Whatever it is must not become a 500, which some servers take for a yes.
            told = outage_of(error)
            if told is not None:
                self._said.once_a_minute("can't answer new viewers: %s", told)
            else:
                self._said.once_a_minute(f"can't answer a media server: {place_of(error)}")
            return dialect.outage

    def _answered(self, question: Question, dialect: Dialect) -> Answer:
        refusal = self._askers.refusal(question, dialect.is_signed)
        if refusal is not None:
            log.warning("refused to answer: %s", refusal)
            return self._unheard(question, dialect, "this host may not ask")
        try:
            asked = dialect.parse(question)
        except Unreadable as unreadable:
            log.warning("refused: %s", unreadable.why)
            return self._unheard(question, dialect, unreadable.why)
        self._asked()
        with AtMost(PATIENCE):
            decision = self._decide(asked, dialect)
        return dialect.answer(question, decision)

    def may_read(self, environ: Mapping[str, Any]) -> bool:
        """Whether a question's body is worth reading: that of a host which may ask."""
        return self._askers.outside(environ) is None

    def tick(self, now: datetime) -> None:
        """Forget what nobody has asked about for long."""
        self._opened.tick(now)
        self._authorizer.tick(now)

    def _unheard(self, question: Question, dialect: Dialect, why: str) -> Answer:
        return dialect.answer(question, Decision(why, self._settings.deny_duration))

    def _decide(self, asked: Asked, dialect: Dialect) -> Decision:
        if isinstance(asked, Ended):
            opened = self._opened.take(asked.server_session)
            if opened is None:
                return self._thanks()
            asked = opened._replace(event=Event.CLOSE, bytes=asked.bytes)
        if isinstance(asked, Play):
            if not asked.address:
                self._said.once(dialect.without_address)
            now = utcnow()
            decision = self._authorizer.decide(asked, now=now)
            if not dialect.names_viewers_at_end and decision.allowed:
                self._remember(asked, now)
        elif isinstance(asked, Publish):
            decision = self._publishing.decide(asked)
        else:
            return self._thanks()
        if decision.reason is not None:
            if isinstance(asked, Play):
                self._refused(decision.reason)
            _log_refusal(asked, decision)
        return decision

    def _remember(self, play: Play, now: datetime) -> None:
        if play.event is not Event.CLOSE:
            self._opened.add(play, now)

    def _thanks(self) -> Decision:
        return Decision(None, self._settings.auth_duration)


def _dialect(question: Question, server: str | None) -> Dialect:
    if server is not None:
        return DIALECTS[server]
    return forward_auth.DIALECT if forward_auth.is_asked(question) else flussonic.DIALECT


def outage(question: Question, server: str | None = None) -> Answer:
    """The answer when there is nobody to decide."""
    return _dialect(question, server).outage


def _log_refusal(asked: Play | Publish, decision: Decision) -> None:
    if not log.isEnabledFor(logging.INFO):
        return
    # What is no address may be anything that a viewer has sent, a token too.
    address = known_address(asked.address)
    if isinstance(asked, Play):
        log.info("refused: %s stream=%r ip=%r user=%s", decision.reason,
                 asked.stream or asked.path, address, decision.user_id)  # fmt: skip
    else:
        log.info("refused to publish: %s stream=%r ip=%r",
                 decision.reason, asked.stream, address)  # fmt: skip
