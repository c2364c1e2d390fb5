"""``/api/packages``: sets of channels, addressed by name."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import url_for
from pydantic import Field

from .. import channels, database, holding, packages
from ..models import Channel, Package, package_channels
from ..packages import PackageFields
from .answer import Created, Out, RecordOut
from .body import MAX_BODY_OF_NAMES
from .channels import ChannelList, MemberQuery, listed
from .listing import Listing
from .query import Search, page
from .resource import Resource


class PackageOut(RecordOut):
    """A set of channels."""

    id: int
    name: str
    title: str
    channel_count: int = Field(description="How many channels are in it.")
    channels: list[str] = Field(description="Names of channels.")
    created_at: datetime
    updated_at: datetime


class PackageRow(Out):
    """A set of channels in a list, which counts them only."""

    id: int
    name: str
    title: str
    channel_count: int = Field(description="How many channels are in it.")
    created_at: datetime
    updated_at: datetime


class PackageList(Listing):
    """A part of the list of packages."""

    packages: list[PackageRow]


_READ_ONLY = PackageOut.model_fields.keys() - PackageFields.model_fields.keys()


def _hold(name: str) -> None:
    holding.hold_name(Package, name)


collection = Resource("/packages", "packages")
item = Resource("/packages/<name>", "package", hold=_hold)
members = Resource("/packages/<name>/channels", "package_channels")
member = Resource("/packages/<name>/channels/<path:channel>", "package_channel", part_of=item)


@collection.on("GET", query=Search, answer=PackageList)
def list_packages(query: Search) -> PackageList:
    """List packages; the channels in them are counted."""
    found = page(packages.page, query)
    counts = packages.count_channels([package.id for package in found.items])
    shown = [
        PackageRow(
            id=package.id,
            name=package.name,
            title=package.title,
            channel_count=counts.get(package.id, 0),
            created_at=package.created_at,
            updated_at=package.updated_at,
        )
        for package in found.items
    ]
    return PackageList(packages=shown, next=found.next, estimated_count=found.count)


@collection.on(
    "POST",
    body=PackageFields,
    read_only=_READ_ONLY,
    answer=PackageOut,
    status=201,
    max_body=MAX_BODY_OF_NAMES,
)
def create_package(fields: dict[str, Any]) -> Created:
    """Create a package."""
    package = packages.create(**fields)
    return Created(_shown(package), url_for(".api_package", name=package.name))


@item.on("GET", answer=PackageOut)
def get_package(name: str) -> PackageOut:
    """Show a package."""
    return _shown(packages.get(name))


@item.on(
    "PUT",
    body=PackageFields,
    partial=True,
    read_only=_READ_ONLY,
    answer=PackageOut,
    max_body=MAX_BODY_OF_NAMES,
)
def update_package(name: str, fields: dict[str, Any]) -> PackageOut:
    """Change the given fields of a package."""
    return _shown(packages.update(packages.get(name), **fields))


@item.on("DELETE", status=204)
def delete_package(name: str) -> None:
    """Delete a package; its users lose its channels at once."""
    packages.delete(packages.get(name))


@members.on("GET", query=MemberQuery, answer=ChannelList)
def list_package_channels(name: str, query: MemberQuery) -> ChannelList:
    """List the channels in a package."""
    return listed(page(channels.page, query, package=packages.get(name).name))


@member.on("PUT", status=204)
def add_package_channel(name: str, channel: str) -> None:
    """Put a channel into a package that may have it already; the others stay."""
    packages.add(packages.get(name), _only(channel))


@member.on("DELETE", status=204)
def remove_package_channel(name: str, channel: str) -> None:
    """Take a channel out of a package; the others stay."""
    packages.remove(packages.get(name), _only(channel))


def _only(channel: str) -> sa.Select[Any]:
    return channels.found(among=[channels.get(channel).id])


def _shown(package: Package) -> PackageOut:
    names = _channel_names(package)
    return PackageOut(
        id=package.id,
        name=package.name,
        title=package.title,
        channel_count=len(names),
        channels=names,
        created_at=package.created_at,
        updated_at=package.updated_at,
    )


def _channel_names(package: Package) -> list[str]:
    # Names only: a package may have ten thousand channels.
    links = package_channels.c
    statement = (
        sa.select(Channel.name)
        .join_from(package_channels, Channel, Channel.id == links.channel_id)
        .where(links.package_id == package.id)
        .order_by(Channel.name)
    )
    return list(database.current().connection().execute(statement).scalars())
