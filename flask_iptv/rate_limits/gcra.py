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


def seconds_to_wait(limit: Limit, mark: Mark, now: float) -> float:
    """How long until one more is allowed; 0 if it is now."""
    # A clock that was set back must lock nobody out for longer than the limit can.
    left = min(mark.due, now + limit.farthest) - now - limit.tolerance
    return left if left > ROUNDING else 0.0


def counted(limit: Limit, mark: Mark | None, now: float) -> Mark:
    """The mark after one more."""
    if mark is None or mark.due <= now:
        mark = Mark(now)
    due = min(mark.due, now + limit.farthest) + limit.interval
    left = due - now - limit.tolerance
    if limit.longest_wait is None or left <= ROUNDING:
        return Mark(due, mark.wait)
    wait = min(2 * mark.wait or limit.interval, max(limit.longest_wait, limit.interval))
    return Mark(now + limit.tolerance + wait, wait)
