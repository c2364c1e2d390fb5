"""A past session is shared out among its days, and nothing is lost or counted twice."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flask_iptv.history import Share, share_out

from .conftest import NOON, ended

moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 1, 5), timezones=st.just(timezone.utc))
lengths = st.timedeltas(timedelta(), timedelta(days=40))
MICROSECOND = timedelta(microseconds=1)
sent = st.none() | st.integers(0, 2**63)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+00:00")


def test_a_session_within_a_day_is_one_share() -> None:
    assert share_out(ended(bytes=7)) == [Share(NOON.date(), 1, 60, 7)]


def test_a_session_over_midnight_is_shared_by_time_and_counted_on_its_first_day() -> None:
    late = ended(
        opened_at=at("2026-02-28 23:45:00"), ended_at=at("2026-03-02 00:15:00"), bytes=1_000_001
    )
    assert [(s.day.day, s.sessions, s.seconds, s.bytes) for s in share_out(late)] == [
        (28, 1, 900, 10_204),
        (1, 0, 86_400, 979_592),
        (2, 0, 900, 10_205),
    ]


@pytest.mark.parametrize(
    ("opened_at", "ended_at", "expected"),
    [
        ("2026-03-01 23:59:59.500", "2026-03-02 00:00:00", [(1, 1, 1, 9)]),
        ("2026-03-01 23:59:59.500", "2026-03-02 00:00:00.500", [(1, 1, 1, 4), (2, 0, 0, 5)]),
        ("2026-03-02 00:00:00", "2026-03-02 00:00:00", [(2, 1, 0, 9)]),
        # The clock of the host that heard of the end was behind.
        ("2026-03-02 00:00:03", "2026-03-01 23:59:58", [(2, 1, 0, 9)]),
    ],
)
def test_the_edges_of_a_day(
    opened_at: str, ended_at: str, expected: list[tuple[int, int, int, int]]
) -> None:
    shares = share_out(ended(opened_at=at(opened_at), ended_at=at(ended_at), bytes=9))
    assert [(s.day.day, s.sessions, s.seconds, s.bytes) for s in shares] == expected


def test_days_are_those_of_utc() -> None:
    tokyo = timezone(timedelta(hours=9))
    opened_at = datetime(2026, 3, 2, 1, tzinfo=tokyo)
    (share,) = share_out(ended(opened_at=opened_at, ended_at=opened_at + timedelta(hours=1)))
    assert (share.day.day, share.seconds) == (1, 3600)


@given(opened_at=moments, length=lengths, sent=sent)
def test_the_shares_are_the_whole(opened_at: datetime, length: timedelta, sent: int | None) -> None:
    shares = share_out(ended(opened_at=opened_at, ended_at=opened_at + length, bytes=sent))
    assert sum(share.bytes for share in shares) == (sent or 0)
    assert [share.sessions for share in shares] == [1] + [0] * (len(shares) - 1)
    days = [share.day for share in shares]
    assert days == [opened_at.date() + timedelta(days=n) for n in range(len(days))]
    assert days[-1] <= (opened_at + length).date()
    for share in shares[1:-1]:
        assert share.seconds == 86_400
    for share in shares:
        assert 0 <= share.seconds <= 86_400
        assert share.bytes >= 0
    if length:
        # As exactly as whole bytes can be.
        first = min(length, midnight_after(opened_at) - opened_at)
        share_of_time = Fraction(first // MICROSECOND, length // MICROSECOND)
        assert 0 <= share_of_time * (sent or 0) - shares[0].bytes < 1


def midnight_after(moment: datetime) -> datetime:
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return day + timedelta(days=1)


@given(start=moments, parts=st.lists(st.timedeltas(timedelta(), timedelta(hours=9)), min_size=1))
def test_a_viewer_who_zaps_is_counted_to_the_second(
    start: datetime, parts: list[timedelta]
) -> None:
    total, opened_at = 0, start
    for length in parts:
        shares = share_out(ended(opened_at=opened_at, ended_at=opened_at + length))
        total += sum(share.seconds for share in shares)
        opened_at += length
    exact = opened_at - start
    assert abs(timedelta(seconds=total) - exact) < timedelta(seconds=1)
