"""What becomes of sessions when their users are changed, one or very many at once."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

from flask import Flask
from sqlalchemy.orm import SessionTransaction, scoped_session

from .. import database, signals
from ..errors import Unavailable
from ..models import User, utcnow
from .store import Store

log = logging.getLogger("flask_iptv")

#: Of more users than these, only those are looked up who watch at this moment.
_FEW = 20
#: Users whose sessions are counted at once.
_AT_ONCE = 500
#: Who is dismissed when a transaction is committed.
_LEAVING: WeakKeyDictionary[SessionTransaction, list[int]] = WeakKeyDictionary()


@signals.user_updated.connect
def _updated(sender: Flask, user: User, changed: set[str], **facts: Any) -> None:
    if "key" in changed or ("enabled" in changed and not user.enabled):
        _dismiss(sender, user)
    elif "max_sessions" in changed and user.max_sessions is not None:
        user_id, kept = user.id, user.max_sessions
        _after_commit(sender, f"cutting the sessions of the user {user_id} beyond the new limit",
                      lambda store: store.keep_oldest(user_id, kept, now=utcnow()))  # fmt: skip


@signals.user_key_rotated.connect
@signals.user_deleted.connect
def _dismiss(sender: Flask, user: User, **facts: Any) -> None:
    # Whoever watched with the old token must not hold the slots of the new one's owner, and who
    # may not watch any more must not do so until the media server asks again.
    transaction = _transaction()
    leaving = _LEAVING.get(transaction)
    if leaving is None:
        leaving = _LEAVING[transaction] = []
        _after_commit(
            sender, "ending the sessions of changed users", partial(_end_all, user_ids=leaving)
        )
    leaving.append(user.id)


def _end_all(store: Store, user_ids: list[int]) -> None:
    now = utcnow()
    leaving = user_ids if len(user_ids) <= _FEW else _watching(store, user_ids, now)
    store.end_all_of(leaving, now=now)


def _watching(store: Store, user_ids: list[int], now: datetime) -> list[int]:
    watching: list[int] = []
    for start in range(0, len(user_ids), _AT_ONCE):
        counts = store.count_by_user(user_ids[start : start + _AT_ONCE], now=now)
        watching += [user_id for user_id, count in counts.items() if count]
    return watching


def _transaction() -> SessionTransaction:
    own = database.session()
    own = own() if isinstance(own, scoped_session) else own
    return own.get_transaction() or own.begin()


def _after_commit(app: Flask, name: str, change: Callable[[Store], None]) -> None:
    def act() -> None:
        try:
            change(app.extensions["iptv"].store())
        except Unavailable as outage:
            log.warning("sessions of a user who was changed hold their slots until nothing is "
                        "heard of them any more: %s", outage)  # fmt: skip

    database.after_commit(name, act)
