"""The page of what was watched."""

from __future__ import annotations

from datetime import timedelta

from flask import Response, request

from .. import history
from ..devices import short_name
from ..models import PastSession, utcnow
from ..moments import span
from ..words import mark, said
from . import drawings, lists
from .door import routes
from .pages import show
from .protocols import written

#: How a session ended, in a word or two and in a sentence.
ENDINGS = {
    "closed": (mark("Closed"), mark("The viewer stopped watching.")),
    "silent": (mark("Fell silent"), mark("The media server no longer asked for the viewer.")),
    "zapped": (mark("Changed channel"), mark("The viewer went on to another channel.")),
    "cut": (
        mark("Cut off"),
        mark("Another device took the slot, or an administrator cut the session."),
    ),
    "dismissed": (mark("Dismissed"), mark("The user was given a new token, or was deleted.")),
}
_HOUR, _MINUTE = 3600, 60
#: That the plot looks back.
_DAYS = 30


@routes.add("/history")
def past_sessions() -> Response:
    user, channel = request.args.get("user"), request.args.get("channel")
    page = history.page(
        user=user, channel=channel, limit=lists.ROWS, cursor=request.args.get("cursor")
    )
    today = utcnow().date()
    since = today - timedelta(days=_DAYS - 1)
    days = history.totals(since=since, until=today, user=user, channel=channel)
    return show(
        "history",
        page=page,
        here=lists.here(),
        endings=ENDINGS,
        lasted=_lasted,
        drawing=drawings.of_days(days),
        short_name=short_name,
        written=written,
    )


def _lasted(session: PastSession) -> str:
    """How long, to the minute once it is an hour: ``2 h 5 min``, ``12 min``, ``40 s``."""
    seconds = max(0, round((session.ended_at - session.opened_at).total_seconds()))
    if seconds < _HOUR:
        return span(timedelta(seconds=seconds))
    minutes = seconds // _MINUTE
    return said("%(hours)s h %(minutes)s min", hours=minutes // 60, minutes=minutes % 60)
