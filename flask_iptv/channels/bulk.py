"""The verbs on many channels at once."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any, cast

import sqlalchemy as sa

from .. import database, records
from ..fields import check
from ..models import Channel, utcnow
from .fields import SharedChanges, SharedFields

if TYPE_CHECKING:
    from typing_extensions import Unpack


def change_all(ids: Collection[int], /, **fields: Unpack[SharedChanges]) -> int:
    """Change fields of several channels at once; those that are gone are passed over.

    :param fields: ``enabled``, ``group`` or both.
    :return: how many were not so before.
    :raises InvalidInput: if a field can't be used or is unknown.
    """
    checked = check(SharedFields, fields)
    values = {name: getattr(checked, name) for name in fields}
    if not values:
        return 0
    differs = [getattr(Channel, name).is_distinct_from(value) for name, value in values.items()]
    return _change(records.among(Channel.id, ids) & sa.or_(*differs), values)


def rename_group(group: str, name: str | None) -> int:
    """Give a group another name, or none; one that is there already takes its channels in.

    The name that it has is no change.

    :return: how many channels were in it.
    :raises InvalidInput: if the name can't be used.
    """
    checked = check(SharedFields, {"group": name})
    inside = Channel.group == group
    if checked.group == group:
        return database.session().scalar(sa.select(sa.func.count(Channel.id)).where(inside)) or 0
    return _change(inside, {"group": checked.group})


def _change(which: sa.ColumnElement[bool], values: dict[str, Any]) -> int:
    columns = {getattr(Channel, name): value for name, value in values.items()}
    statement = sa.update(Channel).where(which).values({**columns, Channel.updated_at: utcnow()})
    options = {"synchronize_session": False}
    done = database.session().execute(statement, execution_options=options)
    database.session().expire_all()
    return cast("sa.CursorResult[Any]", done).rowcount
