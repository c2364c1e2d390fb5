"""The page of what was watched."""

from __future__ import annotations

from flask import Response, request

from .. import history
from ..models import PastSession
from . import lists
from .door import routes
from .pages import show

#: How a session ended, in a word or two and in a sentence.
ENDINGS = {
    "closed": ("Closed", "The viewer stopped watching."),
    "silent": ("Fell silent", "The media server no longer asked for the viewer."),
    "zapped": ("Changed channel", "The viewer went on to another channel."),
    "cut": ("Cut off", "Another device took the slot, or an administrator cut the session."),
    "dismissed": ("Dismissed", "The user was given a new token, or was deleted."),
}
_HOUR, _MINUTE = 3600, 60


@routes.add("/history")
def past_sessions() -> Response:
    page = history.page(
        user=request.args.get("user"),
        channel=request.args.get("channel"),
        limit=lists.ROWS,
        cursor=request.args.get("cursor"),
    )
    return show("history", page=page, here=lists.here(), endings=ENDINGS, lasted=_lasted)


def _lasted(session: PastSession) -> str:
    """How long, to the minute once it is an hour: ``2 h 5 min``, ``12 min``, ``40 s``."""
    seconds = max(0, round((session.ended_at - session.opened_at).total_seconds()))
    if seconds < _MINUTE:
        return f"{seconds} s"
    minutes = seconds // _MINUTE
    if seconds < _HOUR:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min"
