"""Which part of a list the address asks for."""

from __future__ import annotations

from flask import request

#: Rows on one page.
ROWS = 50
#: Longer texts find nothing, and SQLite refuses very long patterns.
_MAX_SEARCH = 255
_FILTERS = ("q", "enabled", "package", "server", "user", "channel", "cursor")


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
