"""A backend that hangs keeps few threads waiting, and once it is known to hang none."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection

import pytest
from flask import Flask

from flask_iptv import database
from flask_iptv.authorization import line
from flask_iptv.errors import Unavailable
from tests.authorization.asking import LONG, NOW, PLAY, Make, ask, says
from tests.authorization.upstream_sites import ALLOW, DENY, Site, site
from tests.conftest import furnish
from tests.real.site import serve

#: Seconds in which a backend that never answers must have answered.
SHORT = 0.1
AWAY = "unavailable"


class Hanging:
    """A backend that answers nobody before it is freed.

    :param site: what then answers.
    """

    def __init__(self, site: Site) -> None:
        self.site = site
        self.freed = threading.Event()
        #: One more each time that it was asked.
        self.asked = threading.Semaphore(0)
        site.work = self._hang

    def _hang(self) -> None:
        self.asked.release()
        self.freed.wait(LONG)

    @property
    def count(self) -> int:
        return len(self.site.questions)


@pytest.fixture
def hanging() -> Iterator[Hanging]:
    with site(ALLOW) as backend:
        found = Hanging(backend)
        try:
            yield found
        finally:
            found.freed.set()


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(8) as pool:
        yield pool


def test_while_few_wait_for_it_the_others_hear_at_once_that_it_is_away(
    make: Make, hanging: Hanging, threads: ThreadPoolExecutor
) -> None:
    upstreams = make(hanging.site.url, moment=0, few=2)
    waiting = [threads.submit(says, upstreams, token=f"{number}") for number in range(2)]
    assert [hanging.asked.acquire(timeout=LONG) for _ in waiting] == [True, True]
    # Each as a viewer of its own, and as one who asks again.
    assert [says(upstreams, token=token) for token in ("2", "3", "0", "1")] == [AWAY] * 4
    assert hanging.count == 2
    with pytest.raises(Unavailable, match="too many questions"):
        upstreams.look(PLAY, "ort", NOW)
    hanging.freed.set()
    assert [one.result(LONG) for one in waiting] == ["allowed", "allowed"]
    assert says(upstreams, token="2") == "allowed"


def test_all_threads_may_wait_for_one_that_answers_within_a_moment(
    make: Make, threads: ThreadPoolExecutor
) -> None:
    all_there = threading.Barrier(6)
    with site(ALLOW) as backend:
        backend.work = lambda: all_there.wait(LONG)
        upstreams = make(backend.url, moment=LONG, few=0)
        waiting = [threads.submit(says, upstreams, token=f"{number}") for number in range(6)]
        assert [one.result(LONG) for one in waiting] == ["allowed"] * 6


def test_it_rests_and_nobody_asks_it(
    make: Make, hanging: Hanging, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "FIRST_REST", LONG)
    monkeypatch.setattr(line, "LONGEST_REST", LONG)
    upstreams = make(hanging.site.url, timeout=SHORT)
    assert [says(upstreams, token=f"{number}") for number in range(20)] == [AWAY] * 20
    assert hanging.count <= 1
    with pytest.raises(Unavailable, match="given a rest"):
        upstreams.ask(PLAY, "ort", NOW)


def test_one_question_tries_it_and_waits_for_no_longer_than_a_moment(
    make: Make, hanging: Hanging, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "FIRST_REST", SHORT)
    upstreams = make(hanging.site.url, moment=0)
    (only,) = upstreams._lines
    only.was_silent(time.monotonic())
    pause = threading.Event()
    while hanging.count < 1:
        # Were it waited for, it would be until the end of the test.
        assert says(upstreams, token="who tries") == AWAY
        pause.wait(SHORT / 10)
    assert [says(upstreams, token=f"{number}") for number in range(9)] == [AWAY] * 9
    assert hanging.count == 1
    hanging.freed.set()
    while only.rests:
        pause.wait(SHORT / 10)
    assert says(upstreams, token="later") == "allowed"


def test_one_that_hangs_takes_nothing_from_the_answers_of_another(
    make: Make, hanging: Hanging, threads: ThreadPoolExecutor
) -> None:
    with site(DENY) as other:
        upstreams = make(hanging.site.url, other.url, moment=LONG, few=0)
        upstreams._lines[0]._moment = 0
        waiting = threads.submit(says, upstreams)
        assert hanging.asked.acquire(timeout=LONG)
        # It may know whom the other does not.
        assert says(upstreams, token="a") == AWAY
        other.status = ALLOW
        assert says(upstreams, token="b") == "allowed"
        hanging.freed.set()
        assert waiting.result(LONG) == "allowed"


def test_while_one_rests_the_other_decides(
    make: Make, hanging: Hanging, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "FIRST_REST", LONG)
    monkeypatch.setattr(line, "LONGEST_REST", LONG)
    with site(DENY) as other:
        upstreams = make(hanging.site.url, other.url, timeout=SHORT)
        ask(upstreams, token="first")
        (silent, _) = upstreams._lines
        assert silent.rests
        upstreams._moment = upstreams._timeout = LONG
        assert says(upstreams, token="a") == "denied"
        other.status = ALLOW
        assert says(upstreams, token="b") == "allowed"
        assert hanging.count <= 1


def test_who_was_allowed_goes_on_while_it_rests(
    make: Make, hanging: Hanging, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "FIRST_REST", LONG)
    monkeypatch.setattr(line, "LONGEST_REST", LONG)
    hanging.freed.set()
    upstreams = make(hanging.site.url)
    assert says(upstreams) == "allowed"
    hanging.freed.clear()
    (only,) = upstreams._lines
    only._timeout = upstreams._timeout = SHORT
    assert says(upstreams, token="new") == AWAY
    assert only.rests
    assert says(upstreams, 181) == "allowed"
    assert hanging.count <= 2


def test_a_quick_no_is_not_rested_after(make: Make) -> None:
    with site("503 Busy") as backend:
        upstreams = make(backend.url)
        assert says(upstreams) == AWAY
        backend.status = ALLOW
        assert says(upstreams) == "allowed"


def test_with_four_threads_a_known_viewer_waits_for_no_stranger(
    make_app: Callable[..., Flask], hanging: Hanging, threads: ThreadPoolExecutor
) -> None:
    app = make_app(IPTV_UPSTREAM_AUTH=[hanging.site.url])
    with app.app_context():
        furnish()
        database.session().commit()
    upstreams = app.extensions["iptv"].authorizer._upstreams
    # It would be over by itself otherwise.
    upstreams._timeout = upstreams._lines[0]._timeout = LONG

    def answer(token: str) -> int:
        # urllib3 would log the address.
        connection = HTTPConnection(url.removeprefix("http://"), timeout=LONG)
        connection.request("GET", f"/tv/auth?name=ort&token={token}&ip=192.0.2.1")
        with connection.getresponse() as response:
            status = response.status
        connection.close()
        return status

    with serve(app, threads=4) as url:
        strangers = [threads.submit(answer, f"stranger-{number}") for number in range(8)]
        assert hanging.asked.acquire(timeout=LONG)
        assert answer("bobs-token") == 200
        hanging.site.status = DENY
        hanging.freed.set()
        assert {one.result(LONG) for one in strangers} <= {403, 503}
