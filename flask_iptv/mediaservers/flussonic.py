"""Flussonic's dialect ("authorization backend", on_play): everything in named parameters."""

from __future__ import annotations

import json

from ..authorization import Decision, Play, Publish
from ..sessions import Event
from .dialect import Dialect
from .question import Answer, Question, parameters, whole

_EVENTS = {
    "open_session": Event.OPEN,
    "new_session": Event.OPEN,
    "update_session": Event.UPDATE,
    "close_session": Event.CLOSE,
}


def parse(question: Question) -> Play | Publish:
    """Read the question from query or form; of a parameter given twice the first counts.

    Only ``on_publish`` posts JSON, so that is never a viewer's question: a viewer's token must not
    be enough to send a stream.
    """
    given = parameters(question.query)
    if question.content_type == "application/x-www-form-urlencoded":
        given = parameters(question.body.decode("utf-8", "replace")) | given
    elif question.body:
        posted = _posted(question)
        if posted is not None:
            stream = posted.get("name", "").strip("/")
            return Publish(stream, posted.get("token"), address=posted.get("ip"))
    return Play(
        token=given.get("token"),
        stream=given.get("name", "").strip("/"),
        address=given.get("ip"),
        user_agent=given.get("user_agent"),
        # Servers before 20.x say "type".
        protocol=given.get("proto") or given.get("type"),
        event=_EVENTS.get(given.get("request_type", ""), Event.OPEN),
        server_session=given.get("session_id"),
        bytes=_count(given.get("bytes")),
        query=question.query,
    )


def answer(question: Question, decision: Decision) -> Answer:
    """Word the decision: 200 or 403, and for how long."""
    headers = {"X-AuthDuration": str(decision.duration)}
    if decision.reason is not None:
        return Answer(403, headers, decision.reason)
    if decision.upstream is not None:
        headers |= decision.upstream.headers
        if decision.upstream.location is not None:
            return Answer(302, headers | {"Location": decision.upstream.location})
    if decision.user_id is not None:
        headers["X-UserId"] = str(decision.user_id)
        if decision.max_sessions is not None:
            headers["X-Max-Sessions"] = str(decision.max_sessions)
    return Answer(200, headers)


def _posted(question: Question) -> dict[str, str] | None:
    try:
        values = json.loads(question.body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(values, dict):
        return None
    return {n: whole(str(value)) for n, value in values.items() if isinstance(value, str | int)}


def _count(text: str | None) -> int | None:
    return int(text) if text and len(text) < 20 and text.isascii() and text.isdigit() else None


DIALECT = Dialect(parse, answer)
