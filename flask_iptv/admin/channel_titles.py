"""Which channel somebody means who types its title in place of its name."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from .. import channels, database, records
from ..errors import NotFound
from ..fields import MAX_TITLE
from ..models import Channel
from .forms import Value

#: Titles that are looked at, the shortest first: what is typed is all of a title, or a part of it.
_MOST = 50
#: Channels that are proposed.
_PROPOSED = 3


def with_name(values: Mapping[str, Value]) -> dict[str, Value]:
    """What was sent; in place of a title that only one channel has, in any case, with its name."""
    text = str(values["channel"]).strip()
    # What no field takes is for the field to refuse: SQLite can't even search for it.
    if len(text) > MAX_TITLE or not records.is_storable(text) or _is_name(text):
        return dict(values)
    same = [name for name, title in _titled(text) if title.casefold() == text.casefold()]
    return {**values, "channel": same[0] if len(same) == 1 else text}


def near(text: str) -> str:
    """The channels that may be meant: those whose titles have the text in them, or nothing."""
    if len(text) > MAX_TITLE or not records.is_storable(text):
        return ""
    return ", ".join(f"{name} ({title})" for name, title in _titled(text)[:_PROPOSED])


def _is_name(text: str) -> bool:
    try:
        channels.get(text)
    except NotFound:
        return False
    return True


def _titled(text: str) -> list[tuple[str, str]]:
    if not text:
        return []
    statement = sa.select(Channel.name, Channel.title).where(records.contains(text, Channel.title))
    ordered = statement.order_by(sa.func.length(Channel.title), Channel.name).limit(_MOST)
    return [(row.name, row.title) for row in database.session().execute(ordered)]
