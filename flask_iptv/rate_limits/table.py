"""The table of limits by name, and how ``IPTV_RATE_LIMITS`` changes it."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, replace
from typing import Any

_UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400}
_RATE = re.compile(
    r"\s*(\d{1,7})\s*(?:/|per)\s*(\d{1,5})?\s*(second|minute|hour|day)s?\s*", re.IGNORECASE
)
_LONGEST_PERIOD = 86_400


@dataclass(frozen=True)
class Limit:
    """So many in so many seconds; who has waited for some of them may have those at once.

    :param name: what is counted.
    :param burst: how many at once; all of them if it is left out.
    :param longest_wait: seconds; if it is there, who goes on has to wait twice as long each time
        until that.
    """

    name: str
    count: int
    seconds: float
    burst: int | None = None
    longest_wait: float | None = None

    @property
    def interval(self) -> float:
        """Seconds until there is one more."""
        return self.seconds / self.count

    @property
    def tolerance(self) -> float:
        """Seconds that the last one of a burst comes too early."""
        return ((self.burst or self.count) - 1) * self.interval

    @property
    def farthest(self) -> float:
        """Seconds from now to the latest moment that a mark can have."""
        return self.tolerance + max(self.interval, self.longest_wait or 0)


def _guessing(name: str, count: int, minutes: int, longest_wait: int | None = None) -> Limit:
    return Limit(name, count, minutes * 60, longest_wait=longest_wait)


#: Seconds.
_LONGEST_LOGIN = 15 * 60

DEFAULTS: tuple[Limit, ...] = (
    # Wrong logins of the API and the pages.
    _guessing("login_address", 10, 5, _LONGEST_LOGIN),
    _guessing("login_name", 10, 5, _LONGEST_LOGIN),
    # Playlists and viewer's pages.
    _guessing("unknown_token", 30, 5),
    # Of one user with the right token.
    Limit("playlist", 60, 60, burst=30),
    # Of one account.
    Limit("api_writes", 600, 60),
)


def read(value: Any) -> tuple[Limit, ...]:
    """Read what ``IPTV_RATE_LIMITS`` changes, and give all limits that are on.

    :raises ValueError: if it names no limit, or a rate can't be used.
    """
    if not isinstance(value, dict):
        raise ValueError("must be a dict like {'playlist': '120 per minute', 'api_writes': None}")
    names = [limit.name for limit in DEFAULTS]
    for name in value:
        if name not in names:
            near = difflib.get_close_matches(str(name), names, 1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise ValueError(f"there is no limit {name!r}, only {', '.join(names)}{hint}")
    return tuple(
        limit if limit.name not in value else _changed(limit, value[limit.name])
        for limit in DEFAULTS
        if value.get(limit.name, limit) is not None
    )


def _changed(limit: Limit, value: Any) -> Limit:
    rate = _RATE.fullmatch(value) if isinstance(value, str) else None
    count = int(rate[1]) if rate else 0
    seconds = int(rate[2] or 1) * _UNITS[rate[3].lower()] if rate else 0
    if count < 1 or not 1 <= seconds <= _LONGEST_PERIOD:
        raise ValueError(
            f"{limit.name!r} must be None, for no limit, or a rate such as '10 per 5 minutes', of "
            "1 or more in a day or less"
        )
    burst = limit.burst and max(1, round(count * limit.burst / limit.count))
    return replace(limit, count=count, seconds=seconds, burst=burst)
