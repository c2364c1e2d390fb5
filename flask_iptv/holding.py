"""Records that are held, so that nobody changes them between a look and a write."""

from __future__ import annotations

from typing import TypeVar

import sqlalchemy as sa

from . import database, records
from .errors import NotFound
from .models import Record

R = TypeVar("R", bound=Record)


def hold(model: type[R], noun: str, key: int) -> R:
    """Look up by id, as it is now, and let nobody change it until the transaction ends.

    It should be the first in the transaction (after :func:`database.commit`): some databases go
    on to show what was there when one began, or refuse to hold what others have changed since.

    :raises NotFound: if there is none.
    """
    hold_id(model, key)
    found = None
    if 0 < key <= records.MAX_ID:
        found = database.session().get(model, key, populate_existing=True)
    if found is None:
        raise NotFound(noun, key)
    return found


def hold_id(model: type[R], key: int) -> None:
    """Hold the row of this id, if there is one, until the transaction ends.

    Nobody else changes it meanwhile, and what is read from now on is what the last one has left:
    on MySQL and MariaDB only if nothing was read in this transaction before.
    """
    if 0 < key <= records.MAX_ID:
        _hold(model, model.id == key)


def hold_name(model: type[R], name: str) -> None:
    """Hold the row of this name; see :func:`hold_id`."""
    if records.is_storable(name):
        _hold(model, model.name == name)


def _hold(model: type[R], which: sa.ColumnElement[bool]) -> None:
    # To write is to hold a lock on every database: on SQLite, which has none on rows, that of all.
    statement = sa.update(model).where(which).values(updated_at=model.updated_at)
    database.session().execute(statement, execution_options={"synchronize_session": False})
