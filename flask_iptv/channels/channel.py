"""The verbs on one channel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from .. import database, records
from ..errors import InvalidInput, NotFound, Problem
from ..fields import check, check_changes
from ..models import Channel, Package, Server, Session, package_channels, utcnow
from .fields import ChannelChanges, ChannelFields, NewChannel

if TYPE_CHECKING:
    from typing_extensions import Unpack


def create(**fields: Unpack[NewChannel]) -> Channel:
    """Create a channel.

    :param fields: those of :class:`NewChannel`; ``name`` is required.
    :raises InvalidInput: if a field can't be used or is unknown, or the server is unknown.
    """
    checked = check(ChannelFields, fields)
    records.require_unique("channel", Channel.name, checked.name)
    channel = Channel()
    _apply(channel, checked)
    database.session().add(channel)
    database.flush()
    return channel


def update(channel: Channel, /, **fields: Unpack[ChannelChanges]) -> Channel:
    """Change the given fields of a channel; what is so already is no change.

    :param fields: those of :class:`ChannelChanges`.
    :raises InvalidInput: if a field can't be used or is unknown; nothing is changed then.
    """
    before = {name: getattr(channel, name) for name in ChannelFields.model_fields}
    before["server"] = channel.server.name if channel.server else None
    checked = check_changes(ChannelFields, before, fields)
    records.require_unique("channel", Channel.name, checked.name, channel.id)
    _apply(channel, checked)
    if database.session().is_modified(channel):
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
