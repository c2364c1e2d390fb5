"""What plots are made of: the most of each step, gaps where nobody measured, reasons in order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
import sqlalchemy as sa
from flask import Flask

from flask_iptv import attendance, database
from flask_iptv.attendance import PERIODS, minute_of
from flask_iptv.models import Attendance, Refusals
from tests.statements import statements

from .conftest import NOON

HOUR, DAY, MONTH = (PERIODS[name] for name in ("hour", "day", "month"))


@pytest.fixture
def context(host: Flask) -> Iterator[None]:
    with host.app_context():
        yield


def measured(*rows: tuple[int, int]) -> None:
    """Write rows of minutes before noon and sessions."""
    noon = minute_of(NOON)
    values = [{"minute": noon - minute, "sessions": sessions} for minute, sessions in rows]
    database.session().execute(sa.insert(Attendance), values)


def refused(*rows: tuple[int, str, int]) -> None:
    """Write rows of minutes before noon, reasons and times."""
    noon = minute_of(NOON)
    values = [{"minute": noon - m, "reason": reason, "times": t} for m, reason, t in rows]
    database.session().execute(sa.insert(Refusals), values)


def known(period: attendance.Period, now: datetime = NOON) -> dict[int, int]:
    """The steps before now, and what is known of them."""
    steps = attendance.concurrent(period, now=now)
    assert len(steps) == period.steps
    length = timedelta(minutes=period.minutes)
    assert all(b.start - a.start == length for a, b in pairwise(steps))
    assert steps[-1].start <= now < steps[-1].start + length
    return {len(steps) - 1 - n: step.most for n, step in enumerate(steps) if step.most is not None}


@pytest.mark.usefixtures("context")
def test_an_hour_has_what_was_measured_and_gaps() -> None:
    measured((60, 9), (59, 4), (58, 5), (3, 7), (-1, 99))
    assert known(HOUR) == {59: 4, 58: 5, 3: 7}
    assert known(HOUR, NOON + timedelta(seconds=59)) == {59: 4, 58: 5, 3: 7}


@pytest.mark.usefixtures("context")
def test_nothing_measured_is_nothing_known() -> None:
    for period in PERIODS.values():
        assert known(period) == {}


@pytest.mark.usefixtures("context")
def test_a_zero_holds_until_it_would_be_written_again() -> None:
    measured((66, 0), (40, 0), (34, 6), (20, 0))
    assert known(HOUR) == {
        **dict.fromkeys(range(57, 60), 0),
        **dict.fromkeys(range(35, 41), 0),
        34: 6,
        **dict.fromkeys(range(11, 21), 0),
    }


@pytest.mark.usefixtures("context")
def test_a_day_and_a_month_have_the_most_of_each_step() -> None:
    measured((0, 1), (1, 3), (2, 5), (10, 4), (11, 9), (1430, 2), (1440, 77), (42_840, 8))
    assert known(DAY) == {0: 1, 1: 5, 2: 9, 143: 2}
    assert known(MONTH) == {0: 1, 1: 9, 4: 77, 119: 8}


@pytest.mark.usefixtures("context")
def test_refusals_are_counted_by_reason_the_most_frequent_first() -> None:
    refused((0, "expired", 2), (30, "expired", 3), (59, "no_token", 5), (60, "no_token", 1),
            (61, "disabled", 9), (1500, "disabled", 50), (-5, "disabled", 1000))  # fmt: skip
    told = [(r.code, r.times, r.lately) for r in attendance.refusals(HOUR, now=NOON)]
    assert told == [("expired", 5, 5), ("no_token", 5, 5)]
    told = [(r.code, r.times, r.lately) for r in attendance.refusals(DAY, now=NOON)]
    assert told == [("disabled", 9, 0), ("no_token", 6, 5), ("expired", 5, 5)]
    assert attendance.refusals(MONTH, now=NOON)[0].times == 59


@pytest.mark.usefixtures("context")
def test_each_is_one_statement() -> None:
    with statements() as sent:
        attendance.concurrent(MONTH, now=NOON)
        attendance.refusals(MONTH, now=NOON)
    assert len(sent) == 2
