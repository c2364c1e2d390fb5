"""The tab with what a user watches now and has watched."""

from __future__ import annotations

from flask import Response, request

from .. import history, sessions
from .. import users as verbs
from ..devices import short_name
from ..errors import NotFound
from ..models import utcnow
from . import lists, notices
from .door import routes
from .history import ENDINGS
from .pages import see
from .protocols import written
from .user import show_tab


@routes.add("/users/<int:user_id>/sessions")
def user_sessions(user_id: int) -> Response:
    user = verbs.get(user_id)
    now = sessions.page(now=utcnow(), user=user.name, sort="-opened_at", limit=lists.ROWS)
    past = history.page(user=user.name, limit=lists.ROWS, cursor=request.args.get("cursor") or None)
    return show_tab(
        "user_sessions",
        user,
        watching=now,
        page=past,
        here=lists.here(),
        endings=ENDINGS,
        short_name=short_name,
        written=written,
        notice=notices.of_cut(user),
    )


@routes.add("/users/<int:user_id>/sessions/<int:session_id>/cut", methods=["POST"])
def user_session_cut(user_id: int, session_id: int) -> Response:
    user = verbs.get(user_id)
    try:
        watching = sessions.get(session_id, now=utcnow())
        if watching.user is not user:
            raise NotFound("session", session_id)
        sessions.cut(session_id)
    except NotFound:
        # Viewers leave at any moment: whoever wanted it gone has what was wanted.
        return see(".admin_user_sessions", "session-over", user_id=user.id)
    channel_id = watching.channel.id
    return see(".admin_user_sessions", "session-cut", user_id=user.id, channel_id=channel_id)
