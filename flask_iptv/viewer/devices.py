"""The devices on which a viewer watches, and stopping one of them from afar."""

from __future__ import annotations

import logging
from datetime import datetime

from flask import Response, request

from .. import sessions
from ..devices import plain_name
from ..errors import NotFound, Unavailable
from ..models import User, utcnow
from ..records import Page
from ..sessions import Watching
from .door import ask, back, holder_of_more, routes, see

log = logging.getLogger("flask_iptv.viewer")

#: Devices that are listed at most.
_LISTED = 50


def watching(user: User, now: datetime) -> Page[Watching] | None:
    """The devices that are on, the first of them at most; ``None`` if it can't be told now."""
    try:
        return sessions.page(now=now, user=user.name, sort="opened_at", limit=_LISTED)
    except Unavailable as outage:
        log.warning("a viewer is not told which devices are on: %s", outage)
        return None


@routes.add("/devices/<int:session_id>", methods=["GET", "POST"])
def device(token: str, session_id: int) -> Response:
    user = holder_of_more(token, f"devices/{session_id}")
    try:
        session = _own(user, session_id)
        if request.method != "POST":
            return ask("my_device", user=user, session=session, name_of=plain_name)
        sessions.cut(session_id)
    except NotFound:
        return see(user.key, "over") if request.method == "POST" else back(user.key)
    return see(user.key, "stopped")


def _own(user: User, session_id: int) -> Watching:
    session = sessions.get(session_id, now=utcnow())
    if session.user is None or session.user.id != user.id:
        raise NotFound("session", session_id)
    return session
