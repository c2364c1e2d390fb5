"""Lists of packages, and how much is in each."""

from __future__ import annotations

import sqlalchemy as sa

from .. import database, records
from ..models import Package, package_channels, user_packages
from ..records import LIMIT, Page


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
