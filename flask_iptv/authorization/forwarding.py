"""A question in the words of Flussonic's authorization backend API, for other backends."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote_plus, urlencode

from ..sessions import Event
from .play import Play

#: Longer queries are made anew, of what is known.
MAX_QUERY = 8000

#: What stays as it was written; nothing that would end the query, or the line it stands in.
_AS_WRITTEN = "%&=+-._~!$'()*,;:@/?[]{}|^`"


def query_for(play: Play, name: str) -> str:
    """Make the query.

    :param name: of the stream.
    """
    asked = _first_ones(play.query or "")
    # Else a part of the question stood in its body.
    if "name" in asked and "token" in asked:
        return quote("&".join(asked.values()), safe=_AS_WRITTEN, errors="replace")
    told = {
        "name": name,
        "ip": play.address,
        "token": play.token,
        "proto": play.protocol,
        "request_type": "update_session" if play.event is Event.UPDATE else "new_session",
        "session_id": play.server_session,
        "user_agent": play.user_agent,
        "bytes": play.bytes,
    }
    pairs = [(parameter, str(value)) for parameter, value in told.items() if value is not None]
    return urlencode(pairs, errors="replace")


def _first_ones(query: str) -> dict[str, str]:
    parts: dict[str, str] = {}
    if len(query) > MAX_QUERY:
        return parts
    for part in query.split("&"):
        raw, _, value = part.partition("=")
        # Of a parameter given twice the first with a value counts here, and PHP believes the last,
        # for which " name", "name[]" and "name" with a NUL behind it are the same.
        name = re.split(r"\[|\0", unquote_plus(raw).lstrip(), maxsplit=1)[0]
        if value and name != "secret":
            parts.setdefault(name, part)
    return parts
