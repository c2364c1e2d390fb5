"""Reading how many watched and how many were refused, for plots."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from .. import database
from ..models import Attendance, Refusals
from .meter import ZERO_EVERY
from .periods import PERIODS, Period, minute_of, start_of


@dataclass(frozen=True)
class Step:
    """A part of a period.

    :param start: UTC.
    :param most: sessions that were open at once, ``None`` if nobody measured.
    """

    start: datetime
    most: int | None


@dataclass(frozen=True)
class Reason:
    """How many viewers were refused for a reason.

    :param code: of the reason.
    :param times: in the period.
    :param lately: of these, in the last hour.
    """

    code: str
    times: int
    lately: int


def concurrent(period: Period, *, now: datetime) -> list[Step]:
    """Tell how many sessions were open at once in each step of a period.

    :param now: UTC, in the last step.
    """
    first = period.first(now)
    # Written as a number, or PostgreSQL can't see that what it is to group by is the same.
    divisor: sa.ColumnElement[int] = sa.literal_column(str(period.minutes), sa.Integer)
    step = (Attendance.minute // divisor).label("step")
    since = first * period.minutes
    statement = (
        sa.select(step, sa.func.max(Attendance.sessions))
        .where(Attendance.minute.between(since - ZERO_EVERY, minute_of(now)))
        .group_by(step)
    )
    found: dict[int, int] = {row[0]: row[1] for row in database.session().execute(statement)}
    if period.minutes < ZERO_EVERY:
        _hold_zeros(found, ZERO_EVERY // period.minutes)
    return [
        Step(start_of(number * period.minutes), found.get(number))
        for number in range(first, first + period.steps)
    ]


def refusals(period: Period, *, now: datetime) -> list[Reason]:
    """Count the refusals of a period, the most frequent reason first.

    :param now: UTC, in the last step.
    """
    lately = sa.case((Refusals.minute >= PERIODS["hour"].first(now), Refusals.times), else_=0)
    since = period.first(now) * period.minutes
    statement = (
        sa.select(Refusals.reason, sa.func.sum(Refusals.times), sa.func.sum(lately))
        .where(Refusals.minute.between(since, minute_of(now)))
        .group_by(Refusals.reason)
    )
    rows = database.session().execute(statement)
    # PostgreSQL adds up in decimal numbers, and a host's own SQL may have written what is none.
    found = [Reason(code, int(times), int(few)) for code, times, few in rows if times > 0]
    return sorted(found, key=lambda reason: (-reason.times, reason.code))


def _hold_zeros(found: dict[int, int], steps: int) -> None:
    """Fill in what was not written because it went on being zero."""
    for number in [number for number, sessions in found.items() if sessions == 0]:
        for later in range(number + 1, number + steps):
            if later in found:
                break
            found[later] = 0
