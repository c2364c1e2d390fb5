"""Lists of channels: those that are wanted, in parts, or all of them as bare ids."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any, TypedDict

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from .. import database, records
from ..models import Channel, Package, Server, package_channels
from ..records import LIMIT, Page

if TYPE_CHECKING:
    from typing_extensions import Unpack

#: Channels without a number come after the numbered ones.
_LAST_NUMBER = 10_000_000
_NUMBER = sa.func.coalesce(Channel.number, _LAST_NUMBER, type_=sa.Integer)


class Which(TypedDict, total=False):
    """Which channels are wanted, as :func:`found` takes it."""

    search: str
    package: str | None
    server: str | None
    group: str | None
    enabled: bool | None
    among: Collection[int] | None


def found(
    *,
    search: str = "",
    package: str | None = None,
    server: str | None = None,
    group: str | None = None,
    enabled: bool | None = None,
    among: Collection[int] | None = None,
) -> sa.Select[Any]:
    """Select channels, in no order.

    :param search: a text in the name, the title or the group.
    :param package: only the channels of this package.
    :param server: only the channels of this server.
    :param group: only the channels of this group.
    :param enabled: only the enabled, or only the disabled ones.
    :param among: only the channels with one of these ids.
    :raises NotFound: if there is no such package or server.
    """
    statement = sa.select(Channel)
    if search:
        texts = (Channel.name, Channel.title, Channel.group)
        statement = statement.where(records.contains(search, *texts))
    if package is not None:
        holder = records.by_name(Package, "package", package)
        members = package_channels.c
        member_ids = sa.select(members.channel_id).where(members.package_id == holder.id)
        statement = statement.where(Channel.id.in_(member_ids))
    if server is not None:
        statement = statement.where(Channel.server == records.by_name(Server, "server", server))
    if group is not None:
        statement = statement.where(Channel.group == group)
    if enabled is not None:
        statement = statement.where(Channel.enabled == enabled)
    if among is not None:
        statement = statement.where(records.among(Channel.id, among))
    return statement


def page(
    *, sort: str = "id", limit: int = LIMIT, cursor: str | None = None, **which: Unpack[Which]
) -> Page[Channel]:
    """Read a part of the list.

    :param sort: ``"id"``, ``"name"``, ``"title"`` or ``"number"``, by which those without one come
        last; with ``-`` before it for the reverse order.
    :param limit: rows, from 1 to 1000.
    :param cursor: :attr:`Page.next` of the part before, with the same sort.
    :param which: which channels, as for :func:`found`.
    :raises InvalidInput: if sort, limit or cursor can't be used.
    :raises NotFound: if there is no such package or server.
    """
    statement = found(**which).options(joinedload(Channel.server))
    sorts: dict[str, Any] = {
        "id": Channel.id,
        "name": Channel.name,
        "title": Channel.title,
        "number": _NUMBER,
    }
    return records.page(statement, Channel, sorts, sort=sort, limit=limit, cursor=cursor)


def ids(**which: Unpack[Which]) -> list[int]:
    """The ids of all of some channels, by number; nothing else of them is read.

    :param which: which channels, as for :func:`found`.
    :raises NotFound: if there is no such package or server.
    """
    statement = found(**which).with_only_columns(Channel.id).order_by(_NUMBER, Channel.id)
    return list(database.session().scalars(statement))


def named(channel_ids: Sequence[int]) -> list[Channel]:
    """The channels with these ids, in this order, but for those that are gone."""
    channels = database.session().scalars(found(among=channel_ids))
    known = {channel.id: channel for channel in channels}
    return [known[id] for id in channel_ids if id in known]


def before(channel: Channel, **which: Unpack[Which]) -> Channel | None:
    """The channel right before another in the order of the numbers.

    :param which: among which channels, as for :func:`found`.
    """
    order = (_NUMBER.desc(), Channel.id.desc())
    return _first(found(**which).where(_place(channel) > _PLACE).order_by(*order))


def after(channel: Channel, **which: Unpack[Which]) -> Channel | None:
    """The channel right after another in the order of the numbers; see :func:`before`."""
    return _first(found(**which).where(_place(channel) < _PLACE).order_by(_NUMBER, Channel.id))


def _first(statement: sa.Select[Any]) -> Channel | None:
    channel: Channel | None = database.session().scalars(statement.limit(1)).first()
    return channel


_PLACE = sa.tuple_(_NUMBER, Channel.id)


def _place(channel: Channel) -> sa.Tuple:
    number = _LAST_NUMBER if channel.number is None else channel.number
    return sa.tuple_(sa.literal(number), sa.literal(channel.id))


def groups(limit: int) -> list[str]:
    """The first groups that channels are in, by name."""
    statement = sa.select(Channel.group).where(Channel.group.is_not(None)).distinct()
    names = database.session().scalars(statement.order_by(Channel.group).limit(limit))
    return [name for name in names if name]
