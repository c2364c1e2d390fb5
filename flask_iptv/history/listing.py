"""Reading the history: its rows for pages and scripts, its totals for statements and plots."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from .. import database, records
from ..models import Channel, ChannelUsage, PastSession, Usage, User
from ..records import LIMIT, Page


@dataclass(frozen=True)
class DayTotals:
    """What was watched on a day.

    :param day: UTC.
    :param sessions: opened on it.
    :param seconds: of all sessions that were open on it.
    :param bytes: of these, as far as media servers tell.
    """

    day: date
    sessions: int = 0
    seconds: int = 0
    bytes: int = 0


def page(
    *,
    user: str | None = None,
    channel: str | None = None,
    sort: str = "-id",
    limit: int = LIMIT,
    cursor: str | None = None,
) -> Page[PastSession]:
    """Read a part of the list, what was written last first; see :func:`records.page`.

    A session's ``user`` and ``channel`` are ``None`` if they have been deleted since.

    :param user: only those of the user of this name.
    :param channel: only those of the channel of this name.
    """
    statement = sa.select(PastSession).options(
        # Joined, they would leave it to the planner in which order ten million rows are read.
        selectinload(PastSession.user).load_only(User.name),
        selectinload(PastSession.channel).load_only(Channel.name, Channel.title),
    )
    if user is not None:
        user_id = records.by_name(User, "user", user).id
        statement = statement.where(PastSession.user_id == user_id)
    if channel is not None:
        channel_id = records.by_name(Channel, "channel", channel).id
        statement = statement.where(PastSession.channel_id == channel_id)
    sorts = {"id": PastSession.id}
    return records.page(statement, PastSession, sorts, sort=sort, limit=limit, cursor=cursor)


def totals(
    *, since: date, until: date, user: str | None = None, channel: str | None = None
) -> list[DayTotals]:
    """Add up what was watched on each day, those without any included.

    :param since: the first day, UTC.
    :param until: the last day.
    :param user: only by the user of this name.
    :param channel: only of the channel of this name.
    """
    table = ChannelUsage if user is None else Usage
    added_up = (sa.func.sum(column) for column in (table.sessions, table.seconds, table.bytes))
    statement = sa.select(table.day, *added_up).where(table.day.between(since, until))
    if user is not None:
        user_id = records.by_name(User, "user", user).id
        statement = statement.where(Usage.user_id == user_id)
    if channel is not None:
        channel_id = records.by_name(Channel, "channel", channel).id
        statement = statement.where(table.channel_id == channel_id)
    rows = database.session().execute(statement.group_by(table.day)).all()
    # PostgreSQL adds up in decimal numbers.
    told = {day: DayTotals(day, *map(int, numbers)) for day, *numbers in rows}
    days = (since + timedelta(days=number) for number in range((until - since).days + 1))
    return [told.get(day, DayTotals(day)) for day in days]
