"""The dialect of Icecast ("url" authentication): forms, and a header that alone is an allow."""

from __future__ import annotations

from ..authorization import Decision, Play, Publish
from ..sessions import Event
from .dialect import UNTIL_CLOSED, Asked, Dialect, Notice, Unreadable
from .question import Answer, Question, parameters
from .wording import refusal

_EVENTS = {"listener_add": Event.OPEN, "listener_remove": Event.CLOSE}
_NEWS = frozenset({"mount_add", "mount_remove"})
# A mount is often called after its format: the channel "espn" is the mount "/espn.mp3".
_FORMATS = frozenset({"mp3", "aac", "ogg", "oga", "opus", "flac", "webm"})


def parse(question: Question) -> Asked:
    """Read the form; what the listener asked for, with the query, is in ``mount``."""
    given = parameters(question.body.decode("utf-8", "replace"))
    action = given.get("action", "")
    if action in _NEWS:
        return Notice()
    if action not in _EVENTS and action != "stream_auth":
        raise Unreadable("the action is missing or none that is known")
    path, _, query = given.get("mount", "").partition("?")
    stream = path.removeprefix("/")
    if not stream or stream.startswith("/") or stream.endswith("/"):
        raise Unreadable("the mount is missing, or begins or ends with a slash too many")
    token = parameters(query).get("token") or given.get("pass")
    stem, _, extension = stream.rpartition(".")
    short_name = stem if extension in _FORMATS and stem and not stem.endswith("/") else None
    if action == "stream_auth":
        return Publish(stream, token, short_name, given.get("ip"))
    return Play(
        token=token,
        stream=stream,
        short_name=short_name,
        address=given.get("ip"),
        user_agent=given.get("agent"),
        protocol="http",
        event=_EVENTS[action],
        server_session=given.get("client"),
        lease=UNTIL_CLOSED,
    )


def answer(question: Question, decision: Decision) -> Answer:
    """Word the decision: the header is an allow whatever the status says, so it is all there is.

    The other header's text is what Icecast writes into its log.
    """
    reason = refusal(decision)
    if reason is None:
        return Answer(200, {"icecast-auth-user": "1"})
    return Answer(403, {"icecast-auth-message": reason}, reason)


DIALECT = Dialect(parse, answer)
