"""Deleting what was written long ago, a part at a time."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa


def delete_oldest(
    connection: sa.Connection,
    table: sa.Table,
    moment: sa.Column[datetime],
    *,
    before: datetime,
    limit: int,
) -> int:
    """Delete those of a table's oldest rows whose time is before another; nothing is committed.

    Looks at the ``limit`` oldest rows, in the order in which they were written: call it again,
    each in a transaction of its own, while it deletes as many. A row that was written late may
    stay for that much longer.

    :param table: with a growing ``id``.
    :param moment: the column that has the time of each row.
    :param before: UTC.
    :returns: how many were deleted.
    """
    oldest = sa.select(table.c.id).order_by(table.c.id).limit(limit).subquery()
    last = connection.scalar(sa.select(sa.func.max(oldest.c.id)))
    if last is None:
        return 0
    expired = sa.delete(table).where(table.c.id <= last, moment < before)
    return connection.execute(expired).rowcount


def delete_first(
    connection: sa.Connection, column: sa.Column[int], *, before: int, limit: int
) -> int:
    """Delete those of a table's rows whose number is before another; nothing is committed.

    Looks at the ``limit`` first rows, and at those that share the number of the last of them: call
    it again, each in a transaction of its own, while it deletes as many.

    :param column: the one that the table's primary key begins with.
    :returns: how many were deleted.
    """
    first = sa.select(column).order_by(column).limit(limit).subquery()
    last = connection.scalar(sa.select(sa.func.max(first.c[column.name])))
    if last is None:
        return 0
    expired = sa.delete(column.table).where(column <= min(last, before - 1))
    return connection.execute(expired).rowcount
