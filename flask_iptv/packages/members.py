"""The channels that are in a package."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, NoReturn

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from .. import database, holding, upserts
from ..errors import Conflict, Problem
from ..models import Channel, Package, package_channels, utcnow
from ..phrases import Phrase

#: Channels that one statement takes out.
_AT_ONCE = 500


def replace(package: Package, channel_ids: set[int]) -> bool:
    """Make these the channels of a package; says whether they were others."""
    connection = database.current().connection()
    members = package_channels.c
    held = set(connection.execute(member_ids(package)).scalars())
    leaving, joining = sorted(held - channel_ids), sorted(channel_ids - held)
    for start in range(0, len(leaving), _AT_ONCE):
        those = members.channel_id.in_(leaving[start : start + _AT_ONCE])
        mine = (members.package_id == package.id) & those
        connection.execute(sa.delete(package_channels).where(mine))
    if joining:
        rows = [{"package_id": package.id, "channel_id": id} for id in joining]
        statement = upserts.inserting(connection.dialect.name, package_channels)
        try:
            connection.execute(
                sa.insert(package_channels) if statement is None else statement, rows
            )
        except IntegrityError:
            _undo()
    if held != channel_ids:
        database.session().expire(package, ["channels"])
    return held != channel_ids


def _undo() -> NoReturn:
    database.session().rollback()
    message = Phrase("another change at the same moment is in the way of this one; try again")
    raise Conflict([Problem("", None, message)]) from None


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
    # Who adds the same at this moment waits, and finds it there.
    holding.hold_id(Package, package.id)
    try:
        changed = database.current().connection().execute(statement).rowcount
        if changed:
            # The members are no column of it, yet playlists are as old as their last change.
            package.updated_at = utcnow()
            database.session().flush()
            database.session().expire(package, ["channels"])
    except (IntegrityError, StaleDataError):
        _undo()
    return changed
