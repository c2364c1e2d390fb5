"""Which users are on as many devices as they may be."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

import sqlalchemy as sa

from .. import database
from ..models import User
from ..records import MAX_LIMIT
from .listing import current
from .store import Selection

#: Users whose limits are read at once.
_AT_ONCE = 500


def full_users(*, now: datetime) -> list[int]:
    """The ids of the users who could not open one session more.

    Only who watches now is looked at, however many users there are.

    :raises Unavailable: if the store does not answer.
    """
    counts = _count_all(now)
    ids = sorted(counts)
    full: list[int] = []
    for start in range(0, len(ids), _AT_ONCE):
        limits = sa.select(User.id, User.max_sessions).where(
            User.id.in_(ids[start : start + _AT_ONCE]), User.max_sessions.is_not(None)
        )
        rows = database.session().execute(limits)
        full += [id for id, limit in rows if limit is not None and counts[id] >= limit]
    return full


def _count_all(now: datetime) -> Counter[int]:
    store, counts = current(), Counter[int]()
    after = None
    while True:
        some = store.select(Selection(after=after), limit=MAX_LIMIT, now=now)
        counts.update(session.user_id for session in some if session.user_id is not None)
        if len(some) < MAX_LIMIT:
            return counts
        after = (some[-1].id, some[-1].id)
