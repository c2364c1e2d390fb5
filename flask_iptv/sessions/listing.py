"""The sessions now open, for pages and scripts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar, cast

import sqlalchemy as sa
from flask import current_app

from .. import cursors, database, records
from ..errors import InvalidInput, NotFound, Problem
from ..models import Channel, User, utcnow
from ..phrases import Phrase
from ..records import MAX_LIMIT, Page
from .store import Audience, OpenSession, Selection, Store

R = TypeVar("R", User, Channel)

#: Sessions that are looked through for a text, for one page.
LOOKED_THROUGH = 10_000

#: The largest number that an id may be in any store.
_MAX_ID = 2**63 - 1

_SORTS = {"id": int, "opened_at": datetime}


@dataclass(frozen=True)
class Watching:
    """An open session with whom and what it is about.

    :param user: ``None`` for a viewer with a signed link.
    :param bytes: sent while this channel was watched, where the media server tells.
    """

    id: int
    user: User | None
    channel: Channel
    address: str | None
    user_agent: str | None
    protocol: str | None
    server_session: str | None
    opened_at: datetime
    seen_at: datetime
    expires_at: datetime
    bytes: int | None


def current() -> Store:
    """The session store of the app that is serving."""
    return cast(Store, current_app.extensions["iptv"].store())


def page(
    *,
    now: datetime,
    user: str | None = None,
    channel: str | None = None,
    text: str = "",
    sort: str = "id",
    limit: int = 100,
    cursor: str | None = None,
) -> Page[Watching]:
    """Read a part of the list; the paging is that of :func:`records.page`.

    :param now: UTC; sessions that nobody has heard of for too long are left out.
    :param user: only those of the user of this name.
    :param channel: only those of the channel of this name.
    :param text: only those with this in the name of the user or the channel, the address or the
        user agent. They are counted no further than to the end of the page, and a page may have
        fewer than there is room for: so many are looked through for one, and no more.
    :raises Unavailable: if the store does not answer.
    """
    name, reverse = sort.removeprefix("-"), sort.startswith("-")
    if name not in _SORTS:
        message = Phrase(
            "must be one of %(choices)s, with - before it for the reverse order",
            choices=", ".join(_SORTS),
        )
        raise InvalidInput([Problem("sort", sort, message)])
    if not 1 <= limit <= MAX_LIMIT:
        message = Phrase("must be from 1 to %(most)s", most=MAX_LIMIT)
        raise InvalidInput([Problem("limit", limit, message)])
    wanted = Selection(
        user_id=None if user is None else records.by_name(User, "user", user).id,
        channel_id=None if channel is None else records.by_name(Channel, "channel", channel).id,
        sort=name,
        reverse=reverse,
        after=None if cursor is None else cursors.decode(cursor, sort, _SORTS[name]),
    )
    if text:
        return _search(wanted, text, sort, limit, now)
    found = current().select(wanted, limit=limit + 1, now=now)
    following = None
    if len(found) > limit:
        following = _cursor(found[limit - 1], sort)
    return Page(_with_names(found[:limit]), following, current().count(wanted, now=now))


def _search(wanted: Selection, text: str, sort: str, limit: int, now: datetime) -> Page[Watching]:
    found: list[OpenSession] = []
    for _ in range(LOOKED_THROUGH // MAX_LIMIT):
        part = current().select(wanted, limit=MAX_LIMIT, now=now)
        found += _with_text(part, text.casefold())
        if len(found) > limit:
            following = _cursor(found[limit - 1], sort)
            return Page(_with_names(found[:limit]), following, limit, limit)
        if len(part) < MAX_LIMIT:
            return Page(_with_names(found), None, len(found))
        wanted = replace(wanted, after=(getattr(part[-1], wanted.sort), part[-1].id))
    return Page(_with_names(found), _cursor(part[-1], sort), len(found), len(found))


def _with_text(part: list[OpenSession], text: str) -> list[OpenSession]:
    user_ids = {item.user_id for item in part if item.user_id is not None}
    users = _words(sa.select(User.id, User.name).where(User.id.in_(user_ids)))
    channel_ids = {item.channel_id for item in part}
    named = sa.select(Channel.id, Channel.name, Channel.title)
    channels = _words(named.where(Channel.id.in_(channel_ids)))

    def has(item: OpenSession) -> bool:
        who, what = users.get(item.user_id or 0), channels.get(item.channel_id)
        shown = (who, what, item.address, item.user_agent)
        return any(text in words.casefold() for words in shown if words)

    return [item for item in part if has(item)]


def _words(statement: sa.Executable) -> dict[int, str]:
    return {id: "\n".join(words) for id, *words in database.session().execute(statement)}


def _cursor(last: OpenSession, sort: str) -> str:
    return cursors.encode(sort, getattr(last, sort.removeprefix("-")), last.id)


def audience(*, now: datetime) -> Audience:
    """Count those who watch, and what.

    :raises Unavailable: if the store does not answer.
    """
    return current().audience(now=now)


def count_by_user(user_ids: list[int], *, now: datetime) -> dict[int, int]:
    """How many sessions each of these users has open.

    :raises Unavailable: if the store does not answer.
    """
    return current().count_by_user(user_ids, now=now)


def get(session_id: int, *, now: datetime) -> Watching:
    """Look up an open session.

    :raises NotFound: if there is none, or it has ended.
    :raises Unavailable: if the store does not answer.
    """
    found = current().get(session_id, now=now) if _may_be_id(session_id) else None
    for watching in _with_names([found] if found is not None else []):
        return watching
    raise NotFound("session", session_id)


def cut(session_id: int, *, now: datetime | None = None) -> None:
    """Refuse a session at its next question; its slot is free at once.

    :param now: UTC, the time of day if it is left out.
    :raises NotFound: if there is none, or it has ended.
    :raises Unavailable: if the store does not answer.
    """
    if not (_may_be_id(session_id) and current().cut(session_id, now=now or utcnow())):
        raise NotFound("session", session_id)


def _may_be_id(number: int) -> bool:
    # Databases fail at numbers that do not fit, rather than find nothing.
    return 0 < number <= _MAX_ID


def _with_names(found: list[OpenSession]) -> list[Watching]:
    users = _by_id(User, {item.user_id for item in found if item.user_id is not None})
    channels = _by_id(Channel, {item.channel_id for item in found})
    return [
        Watching(
            id=item.id,
            user=users.get(item.user_id or 0),
            channel=channels[item.channel_id],
            address=item.address,
            user_agent=item.user_agent,
            protocol=item.protocol,
            server_session=item.server_session,
            opened_at=item.opened_at,
            seen_at=item.seen_at,
            expires_at=item.expires_at,
            bytes=item.bytes,
        )
        for item in found
        # Of a user or a channel that was deleted a moment ago.
        if item.channel_id in channels and (item.user_id is None or item.user_id in users)
    ]


def _by_id(model: type[R], ids: Iterable[int]) -> dict[int, R]:
    statement = sa.select(model).where(model.id.in_(ids))
    return {record.id: record for record in database.session().scalars(statement)}
