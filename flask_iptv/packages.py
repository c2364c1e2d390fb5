"""The verbs on packages."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Annotated, Any, TypedDict

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from . import database, records
from .errors import Conflict, Problem
from .fields import EmptyIsNone, Input, Name, Names, Title, check, check_changes
from .models import Channel, Package, User, package_channels, user_packages, utcnow
from .phrases import Phrase
from .records import LIMIT, Page

if TYPE_CHECKING:
    from typing_extensions import Unpack

__all__ = [
    "NewPackage",
    "PackageChanges",
    "Page",
    "add",
    "count_channels",
    "count_users",
    "create",
    "delete",
    "get",
    "page",
    "remove",
    "update",
]


class PackageDetails(TypedDict, total=False):
    """The fields that a new package may do without."""

    #: The name, unless something else is given.
    title: str | None
    #: Names of channels.
    channels: list[str]


class NewPackage(PackageDetails):
    """The fields of :func:`create`; ``title`` and ``channels`` (names) may be absent."""

    name: str


class PackageChanges(PackageDetails, total=False):
    """The fields of :func:`update`: those of :class:`NewPackage`, none of which is required."""

    name: str


class PackageFields(Input):
    """What a package is made of."""

    name: Name
    title: Annotated[Title | None, EmptyIsNone] = None
    channels: Names = []


def create(**fields: Unpack[NewPackage]) -> Package:
    """Create a package.

    :param fields: those of :class:`NewPackage`; ``name`` is required.
    :raises InvalidInput: if a field can't be used or is unknown, or a channel is unknown.
    """
    checked = check(PackageFields, fields)
    records.require_unique("package", Package.name, checked.name)
    channels = records.all_named(Channel, "channel", "channels", checked.channels)
    package = Package(name=checked.name, title=checked.title or checked.name, channels=channels)
    database.session().add(package)
    database.flush()
    return package


def update(package: Package, /, **fields: Unpack[PackageChanges]) -> Package:
    """Change the given fields of a package.

    :param fields: those of :class:`PackageChanges`.
    :raises InvalidInput: if a field can't be used or is unknown; nothing is changed then.
    """
    before = {"name": package.name, "title": package.title}
    checked = check_changes(PackageFields, before, fields)
    records.require_unique("package", Package.name, checked.name, package.id)
    if "channels" in fields:
        package.channels = records.all_named(Channel, "channel", "channels", checked.channels)
    package.name, package.title = checked.name, checked.title or checked.name
    # The members are no column of the package, yet playlists are as old as their last change.
    package.updated_at = utcnow()
    database.flush()
    return package


def add(package: Package, channels: sa.Select[Any]) -> int:
    """Put channels into a package, whichever are not in it yet.

    :param channels: which, as :func:`flask_iptv.channels.found` selects them.
    :return: how many were added.
    """
    joining = channels.with_only_columns(sa.literal(package.id), Channel.id)
    joining = joining.where(Channel.id.not_in(member_ids(package)))
    statement = sa.insert(package_channels).from_select(["package_id", "channel_id"], joining)
    return _change_members(package, statement)


def remove(package: Package, channels: sa.Select[Any]) -> int:
    """Take channels out of a package, whichever are in it.

    :param channels: which, as :func:`flask_iptv.channels.found` selects them.
    :return: how many were removed.
    """
    members = package_channels.c
    statement = sa.delete(package_channels).where(
        members.package_id == package.id,
        members.channel_id.in_(channels.with_only_columns(Channel.id)),
    )
    return _change_members(package, statement)


def members_of(package: Package, ids: Collection[int]) -> frozenset[int]:
    """Which of these channels are in a package."""
    statement = member_ids(package).where(package_channels.c.channel_id.in_(ids))
    return frozenset(database.current().connection().execute(statement).scalars())


def groups_of(package: Package, limit: int) -> Sequence[sa.Row[Any]]:
    """The first groups, as rows of ``name``, ``channels`` and how many of them are ``inside``."""
    inside = sa.case((Channel.id.in_(member_ids(package)), 1), else_=0)
    statement = (
        sa.select(
            Channel.group.label("name"),
            sa.func.count().label("channels"),
            sa.func.sum(inside).label("inside"),
        )
        .where(Channel.group.is_not(None))
        .group_by(Channel.group)
        .order_by(Channel.group)
        .limit(limit)
    )
    return database.session().execute(statement).all()


def member_ids(package: Package) -> sa.Select[Any]:
    """Select the ids of the channels in a package."""
    members = package_channels.c
    return sa.select(members.channel_id).where(members.package_id == package.id)


def _change_members(package: Package, statement: sa.Executable) -> int:
    try:
        changed = database.current().connection().execute(statement).rowcount
        if changed:
            # The members are no column of it, yet playlists are as old as their last change.
            package.updated_at = utcnow()
            database.session().flush()
            database.session().expire(package, ["channels"])
    except (IntegrityError, StaleDataError):
        database.session().rollback()
        message = Phrase("another change at the same moment is in the way of this one; try again")
        raise Conflict([Problem("", None, message)]) from None
    return changed


def delete(package: Package) -> None:
    """Delete a package: its users lose its channels at once."""
    session = database.session()
    owners = sa.select(user_packages.c.user_id).where(user_packages.c.package_id == package.id)
    session.execute(sa.update(User).where(User.id.in_(owners)).values(updated_at=utcnow()))
    for links in (user_packages, package_channels):
        session.execute(sa.delete(links).where(links.c.package_id == package.id))
    session.expire(package, ["channels"])
    session.delete(package)
    database.flush()
    session.expire_all()


def get(name: str) -> Package:
    """Look up a package.

    :raises NotFound: if there is none of this name.
    """
    return records.by_name(Package, "package", name)


def page(
    *, search: str = "", sort: str = "id", limit: int = LIMIT, cursor: str | None = None
) -> Page[Package]:
    """Read a part of the list.

    :param search: a text in the name or the title.
    :param sort: ``"id"`` or ``"name"``; ``"-name"`` is the reverse order.
    :param limit: rows, from 1 to 1000.
    :param cursor: :attr:`Page.next` of the part before, with the same sort.
    :raises InvalidInput: if sort, limit or cursor can't be used.
    """
    statement = sa.select(Package)
    if search:
        statement = statement.where(records.contains(search, Package.name, Package.title))
    sorts = {"id": Package.id, "name": Package.name}
    return records.page(statement, Package, sorts, sort=sort, limit=limit, cursor=cursor)


def count_users(package_ids: list[int]) -> dict[int, int]:
    """How many users each of these packages has."""
    column = user_packages.c.package_id
    statement = sa.select(column, sa.func.count()).where(column.in_(package_ids)).group_by(column)
    rows = database.current().connection().execute(statement)
    return {row[0]: row[1] for row in rows}


def count_channels(package_ids: list[int]) -> dict[int, int]:
    """How many channels each of these packages has."""
    column = package_channels.c.package_id
    statement = sa.select(column, sa.func.count()).where(column.in_(package_ids)).group_by(column)
    rows = database.current().connection().execute(statement)
    return {row[0]: row[1] for row in rows}
