"""Which part of a list the address asks for."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from flask import request

#: Rows on one page.
ROWS = 50
#: Longer texts find nothing, and SQLite refuses very long patterns.
_MAX_SEARCH = 255
#: No page shows more rows.
_MAX_TICKED = 1000
_FILTERS = (
    "q",
    "enabled",
    "package",
    "server",
    "group",
    "user",
    "channel",
    "state",
    "sort",
    "period",
    "cursor",
)


def here() -> dict[str, str]:
    """What picks the part of the list that the address shows, to come back to it."""
    return {name: request.args[name] for name in _FILTERS if request.args.get(name)}


def search() -> str:
    """The text to search for."""
    # PostgreSQL can't take a NUL, and no text has one.
    return request.args.get("q", "").replace("\0", "").strip()[:_MAX_SEARCH]


def enabled() -> bool | None:
    """Only the enabled, only the disabled, or all."""
    return {"yes": True, "no": False}.get(request.args.get("enabled", ""))


def group() -> str | None:
    """The group of channels that is asked for."""
    return request.values.get("group", "").replace("\0", "")[:_MAX_SEARCH] or None


def ids(name: str) -> frozenset[int]:
    """The ids of what was ticked in a list; one page of it at most."""
    texts = [text for given in request.form.getlist(name) for text in given.split(",")]
    return ids_of(texts)


def ids_of(texts: Iterable[str]) -> frozenset[int]:
    """The ids that texts are, without those that are none; one page of a list at most."""
    return frozenset(islice(filter(None, map(id_of, texts)), _MAX_TICKED))


def id_of(text: str) -> int:
    """The id that a text is; 0, which nothing has, if it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def wants_json() -> bool:
    """Whether a script asks, which goes on with the page that is there."""
    return request.accept_mimetypes.best == "application/json"
