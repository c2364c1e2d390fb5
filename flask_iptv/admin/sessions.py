"""The page of the sessions now open."""

from __future__ import annotations

from flask import Response, request

from .. import sessions as verbs
from ..errors import NotFound
from ..models import utcnow
from . import lists
from .door import routes
from .pages import see, show


@routes.add("/sessions")
def sessions() -> Response:
    page = verbs.page(
        now=utcnow(),
        user=request.args.get("user"),
        channel=request.args.get("channel"),
        sort="-opened_at",
        limit=lists.ROWS,
        cursor=request.args.get("cursor"),
    )
    was_cut = request.args.get("done") == "session-cut"
    return show("sessions", page=page, here=lists.here(), was_cut=was_cut)


@routes.add("/sessions/<int:session_id>/cut", methods=["POST"])
def session_cut(session_id: int) -> Response:
    try:
        verbs.cut(session_id)
    except NotFound:
        # Viewers leave at any moment: whoever wanted it gone has what was wanted.
        return see(".admin_sessions", "session-over", **lists.here())
    return see(".admin_sessions", "session-cut", **lists.here())
