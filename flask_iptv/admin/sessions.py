"""The page of who watches now: numbers, plots and refusals that renew themselves, and cutting."""

from __future__ import annotations

from typing import NamedTuple

import sqlalchemy as sa
from flask import Response, request

from .. import attendance, database
from .. import sessions as verbs
from ..attendance import PERIODS
from ..devices import short_name
from ..errors import NotFound
from ..models import Channel, utcnow
from ..sessions import Audience
from . import drawings, limited, lists, notices
from .door import routes
from .pages import see, show
from .protocols import written
from .reasons import REASONS

#: Channels that are shown beside the plot.
_TOP = 5
#: Seconds between two looks of the page at what is new.
_EVERY = 10


class _Watched(NamedTuple):
    """A channel and how many devices watch it."""

    id: int
    name: str
    title: str
    devices: int


@routes.add("/sessions")
def sessions() -> Response:
    now = utcnow()
    page = verbs.page(
        now=now,
        user=request.args.get("user"),
        channel=request.args.get("channel"),
        text=lists.search(),
        sort="-opened_at",
        limit=lists.ROWS,
        cursor=request.args.get("cursor"),
    )
    audience = verbs.audience(now=now)
    period = request.args.get("period", "")
    period = period if period in PERIODS else "hour"
    refusals = attendance.refusals(PERIODS[period], now=now)
    return show(
        "sessions",
        page=page,
        here=lists.here(),
        notice=notices.of_cut(),
        every=_EVERY,
        audience=audience,
        period=period,
        drawing=drawings.of_attendance(period, now=now, watching=audience.sessions),
        top=_most_watched(audience),
        refusals=refusals,
        refused_lately=sum(reason.lately for reason in refusals),
        reasons=REASONS,
        limited=limited.addresses(),
        short_name=short_name,
        written=written,
    )


@routes.add("/sessions/<int:session_id>/cut", methods=["POST"])
def session_cut(session_id: int) -> Response:
    try:
        watching = verbs.get(session_id, now=utcnow())
        verbs.cut(session_id)
    except NotFound:
        # Viewers leave at any moment: whoever wanted it gone has what was wanted.
        return see(".admin_sessions", "session-over", **lists.here())
    whom = {"user_id": watching.user and watching.user.id, "channel_id": watching.channel.id}
    return see(".admin_sessions", "session-cut", **whom, **lists.here())


def _most_watched(audience: Audience) -> list[_Watched]:
    counts = audience.by_channel
    first = sorted(counts, key=lambda channel_id: (-counts[channel_id], channel_id))[:_TOP]
    statement = sa.select(Channel.id, Channel.name, Channel.title).where(Channel.id.in_(first))
    rows = database.session().execute(statement).all() if first else []
    found = {id: _Watched(id, name, title, counts[id]) for id, name, title in rows}
    return [found[id] for id in first if id in found]
