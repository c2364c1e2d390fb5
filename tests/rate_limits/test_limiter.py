"""How often something may be done, however it is counted."""

from __future__ import annotations

import logging
from collections.abc import Callable

import pytest

from flask_iptv.rate_limits import Counts, Limiter, MemoryCounts, read
from flask_iptv.rate_limits import counts as bounds
from tests.clock import Clock

HERE = "192.0.2.7"


def taken(limiter: Limiter, name: str, times: int, key: str = HERE) -> list[int]:
    return [limiter.count(name, key, HERE) for _ in range(times)]


@pytest.mark.parametrize(
    ("name", "at_once", "interval"),
    [("login_address", 10, 30), ("login_name", 10, 30), ("unknown_token", 30, 10),
     ("playlist", 30, 1), ("api_writes", 600, 1)],
)  # fmt: skip
def test_each_limit_has_its_burst_and_its_pace(
    limiter: Limiter, clock: Clock, name: str, at_once: int, interval: int
) -> None:
    assert taken(limiter, name, at_once + 1) == [0] * at_once + [interval]
    assert limiter.look(name, HERE, HERE) == interval
    assert limiter.look(name, "another", HERE) == 0
    clock.now += interval - 0.5
    assert limiter.look(name, HERE, HERE) == (1 if name != "api_writes" else 0)
    clock.now += 0.5
    assert limiter.look(name, HERE, HERE) == 0
    clock.now += 3600
    assert taken(limiter, name, at_once + 1) == [0] * at_once + [interval]


def test_who_keeps_to_the_pace_is_never_held_up(limiter: Limiter, clock: Clock) -> None:
    for _ in range(100):
        assert limiter.count("playlist", "7", HERE) == 0
        clock.now += 1


def test_the_wait_for_a_login_doubles_to_a_quarter_of_an_hour(
    limiter: Limiter, clock: Clock
) -> None:
    assert taken(limiter, "login_name", 10) == [0] * 10
    waits = []
    for _ in range(8):
        waits.append(limiter.look("login_name", HERE, HERE))
        clock.now += waits[-1]
        # One try, and it is wrong again.
        assert taken(limiter, "login_name", 2)[0] == 0
    assert waits == [30, 60, 120, 240, 480, 900, 900, 900]
    # After some quiet it begins anew.
    clock.now += 900 + 270
    assert taken(limiter, "login_name", 11) == [0] * 10 + [30]


def test_looking_takes_nothing(limiter: Limiter) -> None:
    assert [limiter.look("login_address", HERE, HERE) for _ in range(50)] == [0] * 50
    assert taken(limiter, "login_address", 10) == [0] * 10


def test_a_clock_that_is_set_back_locks_nobody_out(limiter: Limiter, clock: Clock) -> None:
    taken(limiter, "login_address", 10)
    # Those of two hosts are never quite the same.
    clock.now -= 2
    assert limiter.look("login_address", HERE, HERE) == 32
    clock.now -= 86_400
    assert limiter.look("login_address", HERE, HERE) == 0
    assert taken(limiter, "login_address", 11) == [0] * 10 + [30]


def test_an_address_is_shown_while_it_is_limited(limiter: Limiter, clock: Clock) -> None:
    taken(limiter, "unknown_token", 30)
    assert limiter.refused() == []
    taken(limiter, "unknown_token", 1)
    limiter.count("unknown_token", "", "")
    (shown,) = limiter.refused()
    assert (shown.address, shown.limit) == (HERE, "unknown_token")
    assert shown.until == pytest.approx(clock.now + 10, abs=0.01)
    clock.now += 10.5
    assert limiter.refused() == []


def test_it_is_logged_once_in_five_minutes_and_address(
    limiter: Limiter, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    taken(limiter, "login_name", 10, key="root password")
    for _ in range(20):
        limiter.look("login_name", "root password", HERE)
        limiter.look("login_name", "root password", "192.0.2.8")
    told = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert told == [
        f"{address} is limited (login_name) and has to wait for 30 s"
        for address in (HERE, "192.0.2.8")
    ]
    clock.now += 300
    taken(limiter, "login_name", 11, key="root password")
    assert caplog.text.count(f"{HERE} is limited") == 2


def test_a_limit_that_is_off_limits_nobody(clock: Clock) -> None:
    limits = read({"playlist": None, "login_name": "2 per hour"})
    limiter = Limiter(limits, MemoryCounts(), clock)
    assert taken(limiter, "playlist", 200) == [0] * 200
    assert taken(limiter, "login_name", 3) == [0, 0, 1800]
    assert Limiter((), MemoryCounts(), clock).refused() == []


def test_the_least_recently_seen_is_forgotten(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounds, "MOST_KEYS", 3)
    monkeypatch.setattr(bounds, "MOST_REFUSED", 3)
    limiter = Limiter(read({"unknown_token": "1 per hour"}), MemoryCounts(), clock)
    for number in range(5):
        limiter.look("unknown_token", "first", "first")
        assert limiter.count("unknown_token", str(number), str(number)) == 0
        if number == 0:
            assert limiter.count("unknown_token", "first", "first") == 0
    # Those that were seen last are known, and what is counted elsewhere pushes nobody out.
    taken(limiter, "playlist", 5)
    found = ("first", "4", "3", "2", "1", "0")
    waits = [limiter.look("unknown_token", key, key) for key in found]
    assert waits == [3600, 3600, 3600, 0, 0, 0]
    assert {refused.address for refused in limiter.refused()} == {"first", "4", "3"}


def test_all_keys_together_are_a_hundred_thousand() -> None:
    assert bounds.MOST_KEYS * len(read({})) == 100_000


def test_several_processes_count_together_in_redis(
    make_counts: Callable[[], Counts], clock: Clock
) -> None:
    one, other = (Limiter(read({}), make_counts(), clock) for _ in range(2))
    if isinstance(make_counts(), MemoryCounts):
        assert taken(one, "playlist", 30) + taken(other, "playlist", 30) == [0] * 60
        return
    together = [taken(limiter, "playlist", 1)[0] for _ in range(16) for limiter in (one, other)]
    assert together == [0] * 30 + [1, 1]
    assert [[seen.address for seen in each.refused()] for each in (one, other)] == [[HERE], [HERE]]
