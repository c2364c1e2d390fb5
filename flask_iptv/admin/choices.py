"""What can be ticked or picked in a form, read as light rows, since there may be thousands."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from .. import database
from ..errors import InvalidInput, Problem
from ..models import Channel, Package, Server
from ..phrases import Phrase


@dataclass(frozen=True)
class Choices:
    """Rows of ``id``, ``name`` and ``title``."""

    rows: Sequence[sa.Row[Any]]

    def names(self, field: str, ids: Collection[int]) -> list[str]:
        """The names behind the ids that were ticked.

        :raises InvalidInput: if one is gone.
        """
        found = [row.name for row in self.rows if row.id in ids]
        gone = len(ids) - len(found)
        if gone:
            message = Phrase(
                "%(num)s of those you ticked are gone; look the list over and save again", num=gone
            )
            raise InvalidInput([Problem(field, None, message)])
        return found


def channels(limit: int | None = None) -> Choices:
    """All channels, or the first ones, by their numbers; those without one come last."""
    statement = sa.select(Channel.id, Channel.name, Channel.title, Channel.enabled)
    ordered = statement.order_by(Channel.number.is_(None), Channel.number, Channel.title)
    return _read(ordered.limit(limit))


def packages() -> Choices:
    """All packages."""
    return _read(sa.select(Package.id, Package.name, Package.title).order_by(Package.title))


def servers() -> Choices:
    """All servers."""
    return _read(sa.select(Server.id, Server.name, Server.title).order_by(Server.title))


def _read(statement: sa.Executable) -> Choices:
    return Choices(database.session().execute(statement).all())
