"""The verbs on channels."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Annotated, Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from . import database, records
from .errors import InvalidInput, NotFound, Problem
from .fields import ChannelNumber, EmptyIsNone, Input, Key, StreamName, Title, WebURL, check
from .models import Channel, Package, Server, Session, package_channels, utcnow
from .records import Page

#: Channels without a number come after the numbered ones.
LAST_NUMBER = 10_000_000
_NUMBER = sa.func.coalesce(Channel.number, LAST_NUMBER, type_=sa.Integer)


class ChannelFields(Input):
    """What a channel is made of."""

    #: The stream's name on its server; may contain ``/``.
    name: StreamName
    #: The name, unless something else is given.
    title: Annotated[Title | None, EmptyIsNone] = None
    number: Annotated[ChannelNumber | None, EmptyIsNone] = None
    group: Annotated[Title | None, EmptyIsNone] = None
    logo: Annotated[WebURL | None, EmptyIsNone] = None
    epg_id: Annotated[Title | None, EmptyIsNone] = None
    enabled: bool = True
    #: What a publisher must bring as its token; nobody may publish while it is empty.
    publish_key: Annotated[Key | None, EmptyIsNone] = None
    #: Name of the server it is played from.
    server: Annotated[Title | None, EmptyIsNone] = None


def create(**fields: Any) -> Channel:
    """Create a channel; the fields are those of :class:`ChannelFields`.

    :raises InvalidInput: if a field can't be used, or the server is unknown.
    """
    checked = check(ChannelFields, fields)
    records.require_unique("channel", Channel.name, checked.name)
    channel = Channel()
    _apply(channel, checked)
    database.session().add(channel)
    database.flush()
    return channel


def update(channel: Channel, /, **fields: Any) -> Channel:
    """Change the given fields of a channel.

    :raises InvalidInput: if a field can't be used; nothing is changed then.
    """
    before = {name: getattr(channel, name) for name in ChannelFields.model_fields}
    before["server"] = channel.server.name if channel.server else None
    checked = check(ChannelFields, before | fields)
    records.require_unique("channel", Channel.name, checked.name, channel.id)
    _apply(channel, checked)
    channel.updated_at = utcnow()
    database.flush()
    return channel


def _apply(channel: Channel, checked: ChannelFields) -> None:
    # Looked up first: an unknown server must leave the channel as it was.
    server = _server(checked.server)
    for name in ("name", "number", "group", "logo", "epg_id", "enabled", "publish_key"):
        setattr(channel, name, getattr(checked, name))
    channel.title = checked.title or checked.name
    channel.server = server


def _server(name: str | None) -> Server | None:
    if name is None:
        return None
    try:
        return records.by_name(Server, "server", name)
    except NotFound as error:
        raise InvalidInput([Problem("server", name, error.message)]) from None


def delete(channel: Channel) -> None:
    """Delete a channel: it leaves every package and whoever watches it is refused."""
    session = database.session()
    members = package_channels.c
    holders = sa.select(members.package_id).where(members.channel_id == channel.id)
    session.execute(sa.update(Package).where(Package.id.in_(holders)).values(updated_at=utcnow()))
    session.execute(sa.delete(package_channels).where(members.channel_id == channel.id))
    session.execute(sa.delete(Session).where(Session.channel_id == channel.id))
    session.delete(channel)
    database.flush()
    session.expire_all()


def get(name: str) -> Channel:
    """Look up a channel.

    :raises NotFound: if there is none of this name.
    """
    return records.by_name(Channel, "channel", name)


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


def page(*, sort: str = "id", **parts: Any) -> Page[Channel]:
    """Read a part of the list.

    :param parts: which channels, as for :func:`found`, and the paging of :func:`records.page`.
    """
    paging = {name: parts.pop(name) for name in ("limit", "cursor") if name in parts}
    statement = found(**parts).options(joinedload(Channel.server))
    sorts: dict[str, Any] = {
        "id": Channel.id,
        "name": Channel.name,
        "title": Channel.title,
        "number": _NUMBER,
    }
    return records.page(statement, Channel, sorts, sort=sort, **paging)


def ids(**parts: Any) -> list[int]:
    """The ids of all of some channels, by number; nothing else of them is read.

    :param parts: which channels, as for :func:`found`.
    """
    statement = found(**parts).with_only_columns(Channel.id).order_by(_NUMBER, Channel.id)
    return list(database.session().scalars(statement))


def named(channel_ids: Sequence[int]) -> list[Channel]:
    """The channels with these ids, in this order, but for those that are gone."""
    channels = database.session().scalars(found(among=channel_ids))
    known = {channel.id: channel for channel in channels}
    return [known[id] for id in channel_ids if id in known]


def before(channel: Channel, **parts: Any) -> Channel | None:
    """The channel right before another in the order of the numbers.

    :param parts: among which channels, as for :func:`found`.
    """
    order = (_NUMBER.desc(), Channel.id.desc())
    return _first(found(**parts).where(_place(channel) > _PLACE).order_by(*order))


def after(channel: Channel, **parts: Any) -> Channel | None:
    """The channel right after another in the order of the numbers; see :func:`before`."""
    return _first(found(**parts).where(_place(channel) < _PLACE).order_by(_NUMBER, Channel.id))


def _first(statement: sa.Select[Any]) -> Channel | None:
    channel: Channel | None = database.session().scalars(statement.limit(1)).first()
    return channel


_PLACE = sa.tuple_(_NUMBER, Channel.id)


def _place(channel: Channel) -> sa.Tuple:
    number = LAST_NUMBER if channel.number is None else channel.number
    return sa.tuple_(sa.literal(number), sa.literal(channel.id))


def groups(limit: int) -> list[str]:
    """The first groups that channels are in, by name."""
    statement = sa.select(Channel.group).where(Channel.group.is_not(None)).distinct()
    names = database.session().scalars(statement.order_by(Channel.group).limit(limit))
    return [name for name in names if name]


def change_all(ids: Collection[int], **fields: Any) -> int:
    """Change fields of several channels at once; those that are gone are passed over.

    :param fields: ``enabled`` or ``group``, as in :class:`ChannelFields`.
    :return: how many were not so before.
    :raises InvalidInput: if a field can't be used.
    """
    checked = check(ChannelFields, {"name": "any", **fields})
    values = {name: getattr(checked, name) for name in fields}
    differs = [getattr(Channel, name).is_distinct_from(value) for name, value in values.items()]
    return _change(records.among(Channel.id, ids) & sa.or_(*differs), values)


def rename_group(group: str, name: str) -> int:
    """Give a group another name, or none; one that is there already takes its channels in.

    :return: how many channels were in it.
    :raises InvalidInput: if the name can't be used.
    """
    checked = check(ChannelFields, {"name": "any", "group": name})
    return _change(Channel.group == group, {"group": checked.group})


def _change(which: sa.ColumnElement[bool], values: dict[str, Any]) -> int:
    columns = {getattr(Channel, name): value for name, value in values.items()}
    statement = sa.update(Channel).where(which).values({**columns, Channel.updated_at: utcnow()})
    options = {"synchronize_session": False}
    done = database.session().execute(statement, execution_options=options)
    database.session().expire_all()
    return cast("sa.CursorResult[Any]", done).rowcount
