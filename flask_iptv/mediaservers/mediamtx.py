"""The dialect of MediaMTX ("authMethod: http"): JSON with whatever credentials were sent."""

from __future__ import annotations

from ..authorization import Decision, Play, Publish
from .dialect import Asked, Dialect, Unreadable
from .posted import Posted, posted
from .question import Answer, Question, parameters
from .wording import by_status


def parse(question: Question) -> Asked:
    """Read what was posted.

    The actions ``api``, ``metrics`` and ``pprof`` are about the server's own control and are
    nothing that a viewer's token may open.
    """
    given = posted(question)
    action = given.text("action")
    if action not in ("read", "playback", "publish"):
        raise Unreadable("only the actions read, playback and publish are answered")
    path = given.text("path") or ""
    if not path or path.startswith("/") or path.endswith("/"):
        raise Unreadable("the path is missing, or begins or ends with a slash")
    if action == "publish":
        return Publish(path, _credential(given), address=given.text("ip"))
    return Play(
        token=_credential(given),
        stream=path,
        address=given.text("ip"),
        user_agent=given.text("userAgent"),
        protocol=given.text("protocol"),
        server_session=given.text("id"),
    )


def answer(question: Question, decision: Decision) -> Answer:
    """Word the decision: 200 or 403, and 401 to make an RTSP player send its credentials."""
    worded = by_status(question, decision)
    if worded.status != 200 and _sends_later(question):
        return worded._replace(status=401)
    return worded


def _credential(given: Posted) -> str | None:
    # HLS has it only in the query; RTSP players send it as a password, or as a user without one.
    from_query = parameters(given.text("query") or "").get("token")
    named = (given.text(name) for name in ("token", "password", "user"))
    return from_query or next((text for text in named if text), None)


def _sends_later(question: Question) -> bool:
    try:
        given = posted(question)
    except Unreadable:
        return False
    return (given.text("protocol") or "").startswith("rtsp") and _credential(given) is None


DIALECT = Dialect(parse, answer)
