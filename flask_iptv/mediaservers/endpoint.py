"""``/auth``: Flussonic's and the proxies' question, whichever door it came through."""

from __future__ import annotations

import logging
from collections.abc import Callable

from ..authorization import Authorizer, Decision, Play
from ..config import Settings
from ..errors import Unavailable
from ..models import utcnow
from ..said import Said
from . import flussonic, forward_auth
from .asker import Askers
from .question import Answer, Question

log = logging.getLogger("flask_iptv.auth")


class Endpoint:
    """Answers media servers for one app: 200 or 403, and 503 when a storage can't tell.

    It needs no app context.

    :param asked: called at each question, before the answer is looked for.
    """

    def __init__(
        self, settings: Settings, authorizer: Authorizer, asked: Callable[[], None]
    ) -> None:
        self._settings = settings
        self._asked = asked
        self._authorizer = authorizer
        self._askers = Askers(settings)
        self._said = Said(log)

    def answer(self, question: Question) -> Answer:
        """Answer a question."""
        refusal = self._askers.refusal(question)
        if refusal is not None:
            log.warning("refused to answer: %s", refusal)
            return self._unheard("this host may not ask")
        if not forward_auth.is_asked(question):
            play = flussonic.parse(question)
            if not play.address:
                self._said.once("a media server asks without ip=, so devices are told apart by "
                                "their user agents alone and users with allowed_networks are "
                                "refused")  # fmt: skip
            return self._decide(play, flussonic.answer)
        if forward_auth.contradicts_itself(question):
            log.warning("refused: X-Original-URI and X-Forwarded-Uri both present; the proxy must "
                        "remove the one that it does not set")  # fmt: skip
            return self._unheard("ambiguous headers")
        if forward_auth.lacks_address(question):
            self._said.once(
                "a proxy asks without the viewer's address, so devices are told apart by their "
                "user agents alone and users with allowed_networks are refused; if waitress "
                "serves the site, give it clear_untrusted_proxy_headers=False"
            )
        play = forward_auth.parse(question)
        return self._decide(play, lambda decision: forward_auth.answer(question, decision))

    def _unheard(self, text: str) -> Answer:
        return Answer(403, {"X-AuthDuration": str(self._settings.deny_duration)}, text)

    def _decide(self, play: Play, word: Callable[[Decision], Answer]) -> Answer:
        self._asked()
        try:
            decision = self._authorizer.decide(play, now=utcnow())
        except Unavailable as outage:
            self._said.once_a_minute("can't answer new viewers: %s", outage)
            return Answer(503, text="storage unavailable")
        if decision.reason is not None:
            stream = play.stream or play.path
            log.info("refused: %s stream=%r ip=%r user=%s",
                     decision.reason, stream, play.address, decision.user_id)  # fmt: skip
        return word(decision)
