"""Keeping the migrations of others away from our tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

#: What the names of all our tables begin with.
PREFIX = "iptv_"


def is_ours(name: str | None, kind: str, parents: Any) -> bool:
    """Alembic's ``include_name`` for ourselves: of all tables in the database, only ours."""
    return kind != "table" or (name or "").startswith(PREFIX)


class NoNames:
    """Alembic's ``include_name`` for others: what theirs includes, but for our tables.

    :param theirs: is asked about all other names; without it they are included.
    """

    def __init__(self, theirs: Callable[..., bool] | None) -> None:
        self._theirs = theirs

    def __call__(self, name: str | None, kind: str, parents: Any) -> bool:
        if kind == "table" and is_ours(name, kind, parents):
            return False
        return self._theirs is None or bool(self._theirs(name, kind, parents))


class NoObjects:
    """Alembic's ``include_object`` for others, which is asked about their own models too.

    Alembic would create our tables a second time where their metadata has them.

    :param theirs: is asked about all other objects; without it they are included.
    """

    def __init__(self, theirs: Callable[..., bool] | None) -> None:
        self._theirs = theirs

    def __call__(self, thing: Any, name: str | None, kind: str, *more: Any) -> bool:
        if kind == "table" and is_ours(name, kind, {}):
            return False
        return self._theirs is None or bool(self._theirs(thing, name, kind, *more))


def leave_iptv_tables_alone(
    include_name: Callable[..., bool] | None = None,
    include_object: Callable[..., bool] | None = None,
) -> dict[str, Any]:
    """Give the arguments that keep our tables out of the revisions of your site.

    Your models don't know them, so Alembic would drop them. In your ``env.py``::

        context.configure(connection=connection, ..., **leave_iptv_tables_alone())

    :param include_name: your own, if you have one.
    :param include_object: likewise.
    """
    return {"include_name": NoNames(include_name), "include_object": NoObjects(include_object)}
