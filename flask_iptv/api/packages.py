"""``/api/packages``: sets of channels, addressed by name."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import url_for
from pydantic import Field

from .. import database, packages
from ..models import Channel, Package, package_channels
from ..packages import PackageFields
from .answer import Created, Out
from .listing import Listing
from .query import Search, page
from .resource import Resource


class PackageOut(Out):
    """A set of channels."""

    id: int
    name: str
    title: str
    channels: list[str] = Field(description="Names of channels.")
    created_at: datetime
    updated_at: datetime


class PackageList(Listing):
    """A part of the list of packages."""

    packages: list[PackageOut]


_READ_ONLY = PackageOut.model_fields.keys() - PackageFields.model_fields.keys()

collection = Resource("/packages", "packages")
item = Resource("/packages/<name>", "package")


@collection.on("GET", query=Search, answer=PackageList)
def list_packages(query: Search) -> PackageList:
    """List packages."""
    found = page(packages.page, query)
    shown = _shown(found.items)
    return PackageList(packages=shown, next=found.next, estimated_count=found.count)


@collection.on("POST", body=PackageFields, read_only=_READ_ONLY, answer=PackageOut, status=201)
def create_package(fields: dict[str, Any]) -> Created:
    """Create a package."""
    package = packages.create(**fields)
    return Created(_shown([package])[0], url_for(".api_package", name=package.name))


@item.on("GET", answer=PackageOut)
def get_package(name: str) -> PackageOut:
    """Show a package."""
    return _shown([packages.get(name)])[0]


@item.on("PUT", body=PackageFields, partial=True, read_only=_READ_ONLY, answer=PackageOut)
def update_package(name: str, fields: dict[str, Any]) -> PackageOut:
    """Change the given fields of a package."""
    return _shown([packages.update(packages.get(name), **fields)])[0]


@item.on("DELETE", status=204)
def delete_package(name: str) -> None:
    """Delete a package; its users lose its channels at once."""
    packages.delete(packages.get(name))


def _shown(found: list[Package]) -> list[PackageOut]:
    names = _channel_names([package.id for package in found])
    return [
        PackageOut(
            id=package.id,
            name=package.name,
            title=package.title,
            channels=names[package.id],
            created_at=package.created_at,
            updated_at=package.updated_at,
        )
        for package in found
    ]


def _channel_names(package_ids: list[int]) -> dict[int, list[str]]:
    # One statement for the page, and names only: a package may have ten thousand channels.
    members = package_channels.c
    statement = (
        sa.select(members.package_id, Channel.name)
        .join_from(package_channels, Channel, Channel.id == members.channel_id)
        .where(members.package_id.in_(package_ids))
        .order_by(Channel.name)
    )
    names: dict[int, list[str]] = {package_id: [] for package_id in package_ids}
    for package_id, name in database.current().connection().execute(statement):
        names[package_id].append(name)
    return names
