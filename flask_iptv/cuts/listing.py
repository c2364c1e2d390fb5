"""What became of those who were cut, for pages and scripts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from .. import database, records
from ..models import Cut, Server, User
from ..records import LIMIT, Page


@dataclass(frozen=True)
class TrackedCut:
    """A viewer who was cut, with names instead of ids; a name is ``None`` once it is deleted.

    :param channel: as it was called when the viewer was cut.
    :param done: whether the media server has ended the session, or had it no more.
    :param due_at: when the server is told next; ``None`` once it is over.
    :param outcome: what the server said, or why it can't be told.
    """

    id: int
    user: str | None
    channel: str | None
    server: str | None
    address: str | None
    asked_at: datetime
    due_at: datetime | None
    attempts: int
    done: bool
    outcome: str | None


def page(*, sort: str = "-id", limit: int = LIMIT, cursor: str | None = None) -> Page[TrackedCut]:
    """Read a part of the list, the last one first; see :func:`records.page`."""
    sorts = {"id": Cut.id}
    found = records.page(sa.select(Cut), Cut, sorts, sort=sort, limit=limit, cursor=cursor)
    users = _names(User, {cut.user_id for cut in found.items})
    servers = _names(Server, {cut.server_id for cut in found.items})
    tracked = [
        TrackedCut(
            id=cut.id,
            user=users.get(cut.user_id or 0),
            channel=cut.stream,
            server=servers.get(cut.server_id or 0),
            address=cut.address,
            asked_at=cut.asked_at,
            due_at=cut.due_at,
            attempts=cut.attempts,
            done=cut.done,
            outcome=cut.outcome,
        )
        for cut in found.items
    ]
    return Page(tracked, found.next, found.count)


def _names(model: type[User | Server], ids: set[int | None]) -> dict[int, str]:
    statement = sa.select(model.id, model.name).where(model.id.in_(ids - {None}))
    return {row[0]: row[1] for row in database.session().execute(statement)}
