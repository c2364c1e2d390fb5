"""The dialect of SRS ("HTTP callback"): JSON, and a code in the body that must be 0."""

from __future__ import annotations

import json

from ..authorization import Decision, Play, Publish
from ..sessions import Event
from .app_stream import AppStream
from .dialect import UNTIL_CLOSED, Asked, Dialect, Notice, Unreadable
from .posted import posted
from .question import Answer, Question, parameters
from .wording import refusal

_EVENTS = {"on_play": Event.OPEN, "on_stop": Event.CLOSE}
# To be connected opens nothing: playing and publishing are asked about by themselves.
_NEWS = frozenset({"on_connect", "on_close", "on_unpublish", "on_dvr", "on_hls", "on_hls_notify"})

_PLAYLIST = ".m3u8"


def parse(question: Question) -> Asked:
    """Read what was posted; the viewer's query is in ``param``."""
    given = posted(question)
    action = given.text("action") or ""
    if action in _NEWS:
        return Notice()
    if action not in _EVENTS and action != "on_publish":
        raise Unreadable("the action is missing or none that is known")
    token = parameters((given.text("param") or "").lstrip("?")).get("token")
    app, name, address = given.text("app"), given.text("stream") or "", given.text("ip")
    if action == "on_publish":
        named = AppStream.of(app, name)
        return Publish(named.stream, token, named.short_name, address)
    named = AppStream.of(app, name.removesuffix(_PLAYLIST))
    return Play(
        token=token,
        stream=named.stream,
        short_name=named.short_name,
        address=address,
        protocol="hls" if name.endswith(_PLAYLIST) else None,
        event=_EVENTS[action],
        server_session=given.text("client_id"),
        lease=UNTIL_CLOSED,
    )


def answer(question: Question, decision: Decision) -> Answer:
    """Word the decision: only 200 with the code 0 is an allow, so a refusal has neither."""
    reason = refusal(decision)
    if reason is None:
        return Answer(200, text="0")
    said = json.dumps({"code": 1, "reason": reason})
    return Answer(403, text=said, content_type="application/json")


DIALECT = Dialect(parse, answer)
