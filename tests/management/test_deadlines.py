"""A server that is slow, or never comes to an end, is given up on in time."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest

from flask_iptv.fetching import Fetcher, FetchError
from flask_iptv.management import Access, Management, Watcher, manage
from tests.fetching.failing import LOOPBACK
from tests.management.web_server import Answer, Asked, WebServer, as_json


class Clock:
    """A clock that stands still until it is told to go on."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def timed(server: WebServer, clock: Clock) -> Callable[[str], Management]:
    """Manage the server as one of a kind, by the clock."""
    return lambda kind: manage(
        Access(kind, server.url, "admin", "pw"), Fetcher(LOOPBACK), clock=clock
    )


def taking(
    seconds: float, clock: Clock, answer: Callable[[Asked], Answer]
) -> Callable[..., Answer]:
    """Answer after some time of the clock."""

    def slow(asked: Asked) -> Answer:
        clock.now += seconds
        return answer(asked)

    return slow


def endless(kind: str) -> Callable[[Asked], Answer]:
    """Give a page of new streams whenever there is a question."""
    numbers = itertools.count()

    def answer(_asked: Asked) -> Answer:
        if kind == "flussonic":
            return as_json(
                {"streams": [{"name": f"s{next(numbers)}"}], "next": f"c{next(numbers)}"}
            )
        some = [{"id": n, "app": "live", "name": f"s{n}"} for n in itertools.islice(numbers, 100)]
        return as_json({"code": 0, "streams": some, "pageCount": 2000, "items": some})

    return answer


@pytest.mark.parametrize("kind", ["flussonic", "srs", "mediamtx"])
def test_a_list_that_takes_more_than_a_minute_is_given_up(
    server: WebServer, timed: Callable[[str], Management], clock: Clock, kind: str
) -> None:
    server.answer = taking(19, clock, endless(kind))
    with pytest.raises(FetchError, match="took longer than 60 seconds to tell all its streams"):
        list(timed(kind).streams())
    assert len(server.asked) == 4


def test_a_check_is_given_up_too(
    server: WebServer, timed: Callable[[str], Management], clock: Clock
) -> None:
    server.answer = taking(19, clock, endless("flussonic"))
    (found,) = timed("flussonic").check()
    assert not found.ok
    assert found.text == "Flussonic took longer than 60 seconds to answer what was asked of it."


def test_a_viewer_that_takes_long_to_be_cut_is_tried_again_later(
    server: WebServer, timed: Callable[[str], Management], clock: Clock
) -> None:
    server.answer = taking(8, clock, lambda asked: Answer(200, b"0"))
    nginx_rtmp = timed("nginx-rtmp")
    for asked in (3, 6):
        with pytest.raises(FetchError, match="nginx-rtmp took longer than 20 seconds to cut"):
            nginx_rtmp.cut(Watcher("live/espn", "7"))
        assert len(server.asked) == asked, "each viewer has a time of its own"
