"""``/api/channels``: streams as viewers know them, addressed by name."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from flask import url_for
from pydantic import Field

from .. import channels, holding
from ..channels import ChannelFields
from ..fields import Flag, told
from ..models import Channel
from ..records import Page
from .answer import Created, RecordOut
from .listing import Listing
from .query import SORTING, Search, Sort, Text, page
from .resource import Resource


class MemberQuery(Search):
    """Which part of the list of a package's channels is wanted."""

    sort: Annotated[Sort, told.sorts("id", "name", "title", "number")] = Field(
        "id", description=SORTING
    )
    server: Text = Field(None, description="Only channels of the server of this name.")
    enabled: Flag | None = None


class ChannelQuery(MemberQuery):
    """Which part of the list of channels is wanted."""

    package: Text = Field(None, description="Only channels of the package of this name.")


class ChannelOut(RecordOut):
    """A stream as viewers know it."""

    id: int
    name: str = Field(description="The stream's name on its server.")
    title: str
    number: int | None
    group: str | None
    logo: str | None
    epg_id: str | None
    enabled: bool
    publish_key: str | None = Field(description="What a publisher must bring as its token.")
    server: str | None = Field(description="Name of the server it is played from.")
    created_at: datetime
    updated_at: datetime


class ChannelList(Listing):
    """A part of the list of channels."""

    channels: list[ChannelOut]


_READ_ONLY = ChannelOut.model_fields.keys() - ChannelFields.model_fields.keys()


def _hold(name: str) -> None:
    holding.hold_name(Channel, name)


collection = Resource("/channels", "channels")
item = Resource("/channels/<path:name>", "channel", hold=_hold)


@collection.on("GET", query=ChannelQuery, answer=ChannelList)
def list_channels(query: ChannelQuery) -> ChannelList:
    """List channels."""
    return listed(page(channels.page, query))


@collection.on("POST", body=ChannelFields, read_only=_READ_ONLY, answer=ChannelOut, status=201)
def create_channel(fields: dict[str, Any]) -> Created:
    """Create a channel."""
    channel = channels.create(**fields)
    return Created(_shown(channel), url_for(".api_channel", name=channel.name))


@item.on("GET", answer=ChannelOut)
def get_channel(name: str) -> ChannelOut:
    """Show a channel."""
    return _shown(channels.get(name))


@item.on("PUT", body=ChannelFields, partial=True, read_only=_READ_ONLY, answer=ChannelOut)
def update_channel(name: str, fields: dict[str, Any]) -> ChannelOut:
    """Change the given fields of a channel."""
    return _shown(channels.update(channels.get(name), **fields))


@item.on("DELETE", status=204)
def delete_channel(name: str) -> None:
    """Delete a channel; it leaves every package."""
    channels.delete(channels.get(name))


def listed(found: Page[Channel]) -> ChannelList:
    """Show a part of a list of channels."""
    shown = [_shown(channel) for channel in found.items]
    return ChannelList(channels=shown, next=found.next, estimated_count=found.count)


def _shown(channel: Channel) -> ChannelOut:
    return ChannelOut(
        id=channel.id,
        name=channel.name,
        title=channel.title,
        number=channel.number,
        group=channel.group,
        logo=channel.logo,
        epg_id=channel.epg_id,
        enabled=channel.enabled,
        publish_key=channel.publish_key,
        server=channel.server.name if channel.server else None,
        created_at=channel.created_at,
        updated_at=channel.updated_at,
    )
