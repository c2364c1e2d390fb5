"""The addresses that rate limits hold up, as the page of who watches now shows them."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import NamedTuple

from .. import rate_limits
from ..words import mark, tr

#: Addresses that are shown: of more it matters only that they are many.
_SHOWN = 20

#: What an address did too often, by the name of the limit.
_OF = {
    "login_address": mark("wrong logins"),
    "login_name": mark("wrong logins for a name that others try too"),
    "unknown_token": mark("unknown tokens"),
    "playlist": mark("a user's playlist"),
    "api_writes": mark("changes by an account of the API"),
}


class Limited(NamedTuple):
    """One address and what it did too often."""

    address: str
    what: str
    until: datetime


def addresses() -> tuple[list[Limited], int]:
    """Those that have to wait for longest, and how many there are."""
    found = rate_limits.refused()
    shown = [
        Limited(
            one.address or tr("unknown"),
            # A host's own limit has a name of the host's own.
            tr(_OF[one.limit]) if one.limit in _OF else one.limit,
            datetime.fromtimestamp(one.until, timezone.utc),
        )
        for one in found[:_SHOWN]
    ]
    return shown, len(found)
