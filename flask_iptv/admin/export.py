"""Users as a file for spreadsheets, sent bit by bit."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from io import StringIO

from flask import Response, copy_current_request_context

from .. import users as verbs
from ..lineup import open_to
from ..models import User, utcnow
from ..public_url import external_url

_COLUMNS = (
    *("name", "email", "state", "starts_at", "expires_at", "devices", "packages", "open_to"),
    *("token", "hls", "mpegts", "xspf", "page"),
)
#: Users that are held at a time.
_AT_ONCE = 500
#: What spreadsheets take for the beginning of a formula (OWASP, CSV injection); the last four are
#: those of Chinese and Japanese keyboards. An Excel whose separator is the semicolon begins a new
#: cell after one, or after a tab or a quote, inside of a cell of ours as well.
_FORMULA = re.compile("(^|[;\t\"'])(\\s*[=+@\t\r\n\uff1d\uff0b\uff0d\uff20-])")


def csv_file(user_ids: list[int]) -> Response:
    """The users with these ids as a file to download."""
    # Each part has a context, and so a database session, of its own: whoever takes the file
    # slowly, or not at all, keeps no connection from others.
    read = copy_current_request_context(_part)
    response = Response(_lines(user_ids, read), mimetype="text/csv")
    response.headers["Content-Disposition"] = (
        f'attachment; filename="users-{utcnow():%Y-%m-%d}.csv"'
    )
    # It holds tokens.
    response.headers["Cache-Control"] = "no-store"
    return response


def _lines(user_ids: list[int], read: Callable[[list[int]], str]) -> Iterator[str]:
    # Excel takes UTF-8 for the letters of its own country without this mark.
    yield "\ufeff" + _written([_COLUMNS])
    for start in range(0, len(user_ids), _AT_ONCE):
        yield read(user_ids[start : start + _AT_ONCE])


def _part(user_ids: list[int]) -> str:
    return _written([_cells(user) for user in verbs.named(user_ids)])


def _cells(user: User) -> tuple[str, ...]:
    playlist = {"name": user.name, "token": user.key}
    cells = (
        user.name,
        user.email or "",
        verbs.refusal(user, utcnow()) or "active",
        f"{user.starts_at:%Y-%m-%d %H:%M}" if user.starts_at else "",
        f"{user.expires_at:%Y-%m-%d %H:%M}" if user.expires_at else "",
        str(user.max_sessions or ""),
        ", ".join(package.name for package in user.packages),
        # Who has no packages may see nothing or everything.
        open_to(user),
        user.key,
        external_url(".playlists_m3u", **playlist, output="hls"),
        external_url(".playlists_m3u", **playlist, output="mpegts"),
        external_url(".playlists_xspf", **playlist),
        external_url(".my_page", token=user.key) if verbs.has_page(user.key) else "",
    )
    return tuple(map(_harmless, cells))


def _harmless(text: str) -> str:
    """A text that no spreadsheet runs: an apostrophe in front makes it one of letters."""
    return _FORMULA.sub(r"\1'\2", text)


def _written(rows: list[tuple[str, ...]]) -> str:
    text = StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows(rows)
    return text.getvalue()
