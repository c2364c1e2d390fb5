"""Plots as the pages show them: bars with their words, and times below them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from .. import attendance
from ..attendance import PERIODS, Step, minute_of
from ..history import DayTotals
from ..plots import Plot, draw
from ..words import mark, number, said, trn

#: Pixels of the bars.
_HEIGHT = 130
#: How many bars there may be between two times below them, and whether these are days.
_MARKS = {"hour": (15, False), "day": (360, False), "month": (10 * 1440, True)}
_DAYS_APART = 10
#: Percent that half a time of day takes on a phone, and half a day.
_EDGE = (8, 16)

#: What is shown, and how it is said to whoever can't see it.
SUMMARIES = {
    "hour": mark(
        "Devices that watched at once in the last hour: %(now)s now, at most %(most)s, "
        "first at %(time)s UTC."
    ),
    "day": mark(
        "Devices that watched at once in the last day: %(now)s now, at most %(most)s, "
        "first at %(time)s UTC."
    ),
    "month": mark(
        "Devices that watched at once in the last 30 days: %(now)s now, at most %(most)s, "
        "first at %(time)s UTC."
    ),
}


@dataclass(frozen=True)
class Mark:
    """A time below the bars; it is of days if the time of day says nothing."""

    left: float
    moment: datetime
    is_day: bool


@dataclass(frozen=True)
class Drawing:
    """A plot with its words.

    :param titles: of each value.
    """

    plot: Plot
    titles: list[str]
    marks: list[Mark]
    summary: str


def of_attendance(name: str, *, now: datetime, watching: int) -> Drawing | None:
    """Draw how many watched at once.

    :param name: of the period.
    :param watching: how many do now.
    :returns: ``None`` if nobody ever measured, and nobody watches.
    """
    period = PERIODS[name]
    steps = attendance.concurrent(period, now=now)
    values: list[int | None] = [step.most for step in steps]
    if not watching and not any(value is not None for value in values):
        return None
    values[-1] = max(watching, values[-1] or 0)
    most = max(value for value in values if value is not None)
    first = steps[values.index(most)].start
    apart, is_day = _MARKS[name]
    plot = draw(values, height=_HEIGHT)
    marks = [
        Mark(plot.middle(place), step.start, is_day)
        for place, step in enumerate(steps)
        if minute_of(step.start) % apart == 0
    ]
    summary = said(
        SUMMARIES[name], now=number(watching), most=number(most), time=f"{first:%Y-%m-%d %H:%M}"
    )
    titles = [
        _devices(step, value, timedelta(minutes=period.minutes))
        for step, value in zip(steps, values, strict=True)
    ]
    return Drawing(plot, titles, _inside(marks), summary)


def of_days(days: Sequence[DayTotals]) -> Drawing | None:
    """Draw how many hours were watched on each day; nothing where nothing was watched."""
    hours = [day.seconds / 3600 for day in days]
    if not any(hours):
        return None
    plot = draw(hours, height=_HEIGHT)
    most = max(hours)
    best = days[hours.index(most)].day
    marks = [
        Mark(plot.middle(place), _midnight(day.day), True)
        for place, day in enumerate(days)
        if (len(days) - 1 - place) % _DAYS_APART == 0
    ]
    titles = [
        said("%(day)s: %(hours)s h", day=day.day, hours=_hours(value))
        for day, value in zip(days, hours, strict=True)
    ]
    summary = said(
        "Hours watched on each of the last %(days)s days: %(total)s in all, at most %(most)s, "
        "on %(day)s.",
        days=len(days),
        total=_hours(sum(hours)),
        most=_hours(most),
        day=best,
    )
    return Drawing(plot, titles, _inside(marks), summary)


def _inside(marks: list[Mark]) -> list[Mark]:
    """Those that have room, on a phone as well."""
    return [one for one in marks if _EDGE[one.is_day] <= one.left <= 100 - _EDGE[one.is_day]]


def _devices(step: Step, most: int | None, length: timedelta) -> str:
    when = f"{step.start:%Y-%m-%d %H:%M}"
    if length > timedelta(minutes=1):
        when += f"\N{EN DASH}{step.start + length:%H:%M}"
    return trn("%(when)s UTC: one device", "%(when)s UTC: %(num)s devices", most or 0, when=when)


def _hours(value: float) -> str:
    return f"{value:.1f}" if value < 10 else number(round(value))


def _midnight(day: date) -> datetime:
    return datetime.fromisoformat(f"{day}T00:00:00+00:00")
