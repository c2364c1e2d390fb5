"""The sessions now open, for pages and scripts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from .. import database, records
from ..errors import NotFound
from ..models import Channel, Session, User
from ..records import Page


def page(
    *, now: datetime, user: str | None = None, channel: str | None = None, **paging: Any
) -> Page[Session]:
    """Read a part of the list; the paging is that of :func:`records.page`.

    :param now: UTC; sessions that nobody has heard of for too long are left out.
    :param user: only those of the user of this name.
    :param channel: only those of the channel of this name.
    """
    statement = (
        sa.select(Session)
        .options(joinedload(Session.user), joinedload(Session.channel, innerjoin=True))
        # A host's SQLite without foreign keys may keep a session whose channel went that moment.
        .where(Session.channel_id.in_(sa.select(Channel.id)))
        .where(Session.cut_reason.is_(None), Session.expires_at > now)
    )
    if user is not None:
        statement = statement.where(Session.user == records.by_name(User, "user", user))
    if channel is not None:
        found = records.by_name(Channel, "channel", channel)
        statement = statement.where(Session.channel == found)
    sorts = {"id": Session.id, "opened_at": Session.opened_at}
    return records.page(statement, Session, sorts, **paging)


def count_by_user(user_ids: list[int], *, now: datetime) -> dict[int, int]:
    """How many sessions each of these users has open."""
    statement = (
        sa.select(Session.user_id, sa.func.count())
        .where(Session.user_id.in_(user_ids))
        .where(Session.cut_reason.is_(None), Session.expires_at > now)
        .group_by(Session.user_id)
    )
    rows = database.session().execute(statement)
    return {row[0]: row[1] for row in rows if row[0] is not None}


def get(session_id: int, *, now: datetime) -> Session:
    """Look up an open session.

    :raises NotFound: if there is none, or it has ended.
    """
    found = records.by_id(Session, "session", session_id)
    if found.cut_reason is not None or found.expires_at <= now or found.channel is None:
        raise NotFound("session", session_id)
    return found


def cut(session: Session) -> None:
    """Refuse a session at its next question; its slot is free at once."""
    session.cut_reason = "session_cut"
    database.flush()
