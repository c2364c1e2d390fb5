"""``/auth``: Flussonic's and the proxies' question."""

from __future__ import annotations

import logging
from collections.abc import Callable
from urllib.parse import urlencode

from flask import Response, current_app, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from .. import config, database
from ..authorization import Decision, Play, authorize
from ..models import utcnow
from . import asker, flussonic, forward_auth
from .question import MAX_BODY, Answer, Question

log = logging.getLogger("flask_iptv.auth")


def auth() -> Response:
    """Answer a media server: 200 or 403, and 503 when the storage can't tell."""
    answer = _answer(_question(), request.remote_addr)
    response = Response(answer.text, answer.status, mimetype="text/plain")
    response.headers.update(answer.headers)
    response.headers["Cache-Control"] = "no-store"
    return response


def _question() -> Question:
    query = request.query_string.decode("utf-8", "replace")
    return Question(query, request.headers, request.mimetype, _body())


def _body() -> bytes:
    if (request.content_length or 0) > MAX_BODY:
        return b""
    try:
        if request.content_length is None:
            return request.stream.read(MAX_BODY)
        # Empty if the host has parsed it as a form already, which Flask keeps.
        return request.get_data() or urlencode(list(request.form.items(multi=True))).encode()
    except HTTPException:
        # Larger than the host allows: nothing of it can be believed.
        return b""


def _answer(question: Question, address: str | None) -> Answer:
    refusal = asker.refusal(question, address)
    if refusal is not None:
        log.warning("refused to answer: %s", refusal)
        return _unheard("this host may not ask")
    if not forward_auth.is_asked(question):
        play = flussonic.parse(question)
        if not play.address:
            _say_once("a media server asks without ip=, so devices are told apart by their user "
                      "agents alone and users with allowed_networks are refused")  # fmt: skip
        return _decide(play, flussonic.answer)
    if forward_auth.contradicts_itself(question):
        log.warning("refused: X-Original-URI and X-Forwarded-Uri both present; the proxy must "
                    "remove the one that it does not set")  # fmt: skip
        return _unheard("ambiguous headers")
    if forward_auth.lacks_address(question):
        _say_once(
            "a proxy asks without the viewer's address, so devices are told apart by their user "
            "agents alone and users with allowed_networks are refused; if waitress serves the "
            "site, give it clear_untrusted_proxy_headers=False"
        )
    play = forward_auth.parse(question)
    return _decide(play, lambda decision: forward_auth.answer(question, decision))


def _unheard(text: str) -> Answer:
    return Answer(403, {"X-AuthDuration": str(config.current().deny_duration)}, text)


def _say_once(message: str) -> None:
    said: set[str] = current_app.extensions["iptv"].said
    if message not in said:
        said.add(message)
        log.warning(message)


def _decide(play: Play, word: Callable[[Decision], Answer]) -> Answer:
    try:
        decision = authorize(play, now=utcnow())
    except SQLAlchemyError as error:
        database.session().rollback()
        log.error("can't answer, the database failed: %s (are the tables there? "
                  "flask iptv upgrade)", type(error).__name__)  # fmt: skip
        return Answer(503, text="storage unavailable")
    if decision.reason is not None:
        stream = play.stream or play.path
        log.info("refused: %s stream=%r ip=%r user=%s",
                 decision.reason, stream, play.address, decision.user_id)  # fmt: skip
    return word(decision)
