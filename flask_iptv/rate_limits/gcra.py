"""The generic cell rate algorithm: one moment for each key says how many it has left."""

from __future__ import annotations

from typing import NamedTuple

from .table import Limit

#: Seconds by which sums of moments may be wrong.
ROUNDING = 0.001


class Mark(NamedTuple):
    """What is kept of a key.

    :param due: when nothing of it is left; seconds since 1970.
    :param wait: the last wait of a limit whose waits double.
    """

    due: float
    wait: float = 0.0


def seconds_to_wait(limit: Limit, mark: Mark | None, now: float) -> float:
    """How long until one more is allowed; 0 if it is now."""
    left = _known(limit, mark, now).due - now - limit.tolerance
    return left if left > ROUNDING else 0.0


def counted(limit: Limit, mark: Mark | None, now: float) -> Mark:
    """The mark after one more."""
    mark = _known(limit, mark, now)
    due = mark.due + limit.interval
    if limit.longest_wait is None or due - now - limit.tolerance <= ROUNDING:
        return Mark(due, mark.wait)
    wait = min(2 * mark.wait or limit.interval, max(limit.longest_wait, limit.interval))
    return Mark(now + limit.tolerance + wait, wait)


def _known(limit: Limit, mark: Mark | None, now: float) -> Mark:
    # So far ahead it can only be if the clock was set back; clocks of hosts differ by less.
    if mark is None or not now < mark.due <= now + 2 * limit.farthest:
        return Mark(now)
    return mark
