"""Limiters over each kind of counts, with a clock that only the test moves on."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from flask_iptv.rate_limits import DEFAULTS, Counts, Limiter, MemoryCounts
from flask_iptv.rate_limits.redis_counts import RedisCounts
from tests.clock import Clock


@pytest.fixture
def clock() -> Clock:
    """The time of the limiters."""
    return Clock()


@pytest.fixture(params=["memory", "redis"])
def make_counts(request: pytest.FixtureRequest) -> Iterator[Callable[[], Counts]]:
    """Makes counts: in memory, or on the empty server of the tests."""
    made: list[Counts] = []

    def make() -> Counts:
        if request.param == "memory":
            counts: Counts = MemoryCounts()
        else:
            counts = RedisCounts(request.getfixturevalue("valkey_url"))
        made.append(counts)
        return counts

    yield make
    for counts in made:
        counts.close()


@pytest.fixture
def limiter(make_counts: Callable[[], Counts], clock: Clock) -> Limiter:
    """A limiter with the limits as they are by default."""
    return Limiter(DEFAULTS, make_counts(), clock)
