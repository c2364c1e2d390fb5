"""The dialect of nginx-rtmp ("notify" directives): forms, with the player's own arguments last."""

from __future__ import annotations

from ..authorization import Decision, Play, Publish
from ..sessions import Event
from .app_stream import AppStream
from .dialect import Asked, Dialect, Notice, Unreadable
from .question import Answer, Question, parameters

_EVENTS = {"play": Event.OPEN, "update_play": Event.UPDATE, "play_done": Event.CLOSE}
# A publisher is asked about again and again too: one whose key was changed is dropped.
_PUBLISHING = frozenset({"publish", "update_publish"})
# To be connected opens nothing: playing and publishing are asked about by themselves.
_NEWS = frozenset({"connect", "disconnect", "done", "publish_done", "record_done"})


def parse(question: Question) -> Asked:
    """Read the form, or the query if the server was told to ask with GET.

    The server's own parameters come first and are escaped by it, those that a viewer controls too
    (``flashver``, ``swfurl``, ``tcurl``, ``pageurl``: ngx_rtmp_netcall_module.c, and ``name``:
    ngx_rtmp_notify_module.c). After them come the arguments of the URL that the viewer plays, as
    they are. So of a parameter given twice the first counts.
    """
    given = _given(question)
    call = given.get("call", "")
    if call in _NEWS:
        return Notice()
    if call not in _EVENTS and call not in _PUBLISHING:
        raise Unreadable("the call is missing or none that is known")
    named = AppStream.of(given.get("app"), given.get("name"))
    if call in _PUBLISHING:
        return Publish(named.stream, given.get("token"), named.short_name, given.get("addr"))
    return Play(
        token=given.get("token"),
        stream=named.stream,
        short_name=named.short_name,
        address=given.get("addr"),
        user_agent=given.get("flashver"),
        protocol="rtmp",
        event=_EVENTS[call],
        server_session=given.get("clientid"),
    )


def answer(question: Question, decision: Decision) -> Answer:
    """Word the decision: 200, 403, or 302 for a stream that is to be played instead."""
    if decision.reason is not None:
        return Answer(403, text=decision.reason)
    location = decision.upstream.location if decision.upstream is not None else None
    # Of a viewer who plays already 302 would be the end.
    if location is not None and _given(question).get("call") == "play":
        return Answer(302, {"Location": location})
    return Answer(200)


def _given(question: Question) -> dict[str, str]:
    if question.body:
        return parameters(question.body.decode("utf-8", "replace"))
    return parameters(question.query)


DIALECT = Dialect(parse, answer)
