"""Minutes as they are counted, and the lengths of time that are looked back upon."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Period:
    """A length of time up to now.

    :param steps: it is divided into as many.
    :param minutes: of each.
    """

    steps: int
    minutes: int

    def first(self, now: datetime) -> int:
        """The first of its steps, counted from 1970; the last one is that of now."""
        return minute_of(now) // self.minutes - self.steps + 1


PERIODS = {
    "hour": Period(steps=60, minutes=1),
    "day": Period(steps=144, minutes=10),
    "month": Period(steps=120, minutes=360),
}
#: Whatever is older is looked at no more.
KEPT = timedelta(days=31)


def minute_of(moment: datetime) -> int:
    """The minute of a time, counted from 1970."""
    return (moment - _EPOCH) // _MINUTE


def start_of(minute: int) -> datetime:
    """When a minute began, UTC."""
    return _EPOCH + minute * _MINUTE
