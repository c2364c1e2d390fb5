"""What becomes of sessions when their user is changed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from flask import Flask

from .. import database, signals
from ..errors import Unavailable
from ..models import User, utcnow
from .store import Store

log = logging.getLogger("flask_iptv")


@signals.user_updated.connect
def _updated(sender: Flask, user: User, changed: set[str], **facts: Any) -> None:
    if "key" in changed or ("enabled" in changed and not user.enabled):
        _dismiss(sender, user)
    elif "max_sessions" in changed and user.max_sessions is not None:
        user_id, kept = user.id, user.max_sessions
        _after_commit(sender, lambda store: store.keep_oldest(user_id, kept, now=utcnow()))


@signals.user_key_rotated.connect
@signals.user_deleted.connect
def _dismiss(sender: Flask, user: User, **facts: Any) -> None:
    # Whoever watched with the old token must not hold the slots of the new one's owner, and who
    # may not watch any more must not do so until the media server asks again.
    user_id = user.id
    _after_commit(sender, lambda store: store.end_all(user_id, now=utcnow()))


def _after_commit(app: Flask, change: Callable[[Store], None]) -> None:
    def act() -> None:
        try:
            change(app.extensions["iptv"].store())
        except Unavailable as outage:
            log.warning("sessions of a user who was changed hold their slots until nothing is "
                        "heard of them any more: %s", outage)  # fmt: skip

    database.after_commit(act)
