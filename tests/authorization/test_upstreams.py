"""Other backends are asked all at once, and what they say holds for as long as they say."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from flask_iptv.authorization import Passed
from flask_iptv.authorization.running import SLACK
from flask_iptv.authorization.upstreams import Verdict
from flask_iptv.sessions import Event
from tests.authorization.asking import LONG, Make, ask, says
from tests.authorization.upstream_sites import ALLOW, DENY, gone, raw_site, site

#: Seconds of a test in which they must pass.
SHORT = 0.3


def test_all_are_asked_at_once_and_one_allow_is_enough(make: Make) -> None:
    both = threading.Barrier(2)
    with site(DENY) as one, site(ALLOW) as other:
        one.work = other.work = lambda: both.wait(LONG)
        assert says(make(one.url, other.url)) == "allowed"
        # Whoever was not waited for has been asked all the same.
        assert (len(one.questions), len(other.questions)) == (1, 1)


def test_the_question_is_flussonics(make: Make) -> None:
    with site(ALLOW) as backend:
        url = backend.url.replace("//", "//us%40er:pass@") + "?key=own"
        ask(make(url), protocol="hls", event=Event.UPDATE, server_session="a b", bytes=7)
        assert backend.questions == [
            {
                **{"key": "own", "name": "ort", "ip": "192.0.2.1", "token": "foreign-token"},
                **{"proto": "hls", "request_type": "update_session", "session_id": "a b"},
                **{"user_agent": "tv", "bytes": "7"},
            }
        ]
        assert backend.environ["HTTP_AUTHORIZATION"] == "Basic dXNAZXI6cGFzcw=="
        assert backend.environ["REQUEST_METHOD"] == "GET"


def test_flussonics_own_question_is_passed_on_without_our_secret(make: Make) -> None:
    query = (
        "name=ort&token=a%2Bb&secret=ours&qs=x+y%26z&%73ecret=ours&dvr=&referer=\u00e9 #"
        "&name=free&%20token=free&ip[]=free&ip=192.0.2.1&token%00x=free"
    )
    with site(ALLOW) as backend:
        ask(make(backend.url), query=query)
        assert backend.environ["QUERY_STRING"] == (
            "name=ort&token=a%2Bb&qs=x+y%26z&referer=%C3%A9%20%23&ip[]=free"
        )


@pytest.mark.parametrize("query", ["", "secret=ours", "name=ort", "token=x&a=" + "x" * 9000])
def test_a_query_that_is_not_the_whole_question_is_made_anew(make: Make, query: str) -> None:
    with site(ALLOW) as backend:
        ask(make(backend.url), query=query)
        assert backend.questions[0]["name"] == "ort"
        assert backend.questions[0]["token"] == "foreign-token"
        assert "secret" not in backend.questions[0]


def test_headers_of_an_allow_pass_through(make: Make) -> None:
    headers = {"X_UserId": "12", "X_AuthDuration": "60", "X_Max_Sessions": "2", "X_Unique": "true"}
    with site(ALLOW, **headers) as backend:
        verdict = ask(make(backend.url))
        assert verdict == Verdict(True, 60, Passed(12, 2, True))
        assert isinstance(verdict, Verdict)
        assert verdict.passed is not None
        assert verdict.passed.headers == {
            **{"X-UserId": "12", "X-Max-Sessions": "2", "X-Unique": "true"},
        }


def test_an_answer_holds_for_as_long_as_it_says(make: Make) -> None:
    with site(ALLOW, X_AuthDuration="60") as backend:
        upstreams = make(backend.url)
        assert [ask(upstreams, after) for after in (0, 10.5, 59)] == [
            Verdict(True, seconds, Passed()) for seconds in (60, 50, 1)
        ]
        assert len(backend.questions) == 1
        backend.status, backend.headers = DENY, {"X-AuthDuration": "40"}
        assert [ask(upstreams, after) for after in (60, 99)] == [
            Verdict(False, 40), Verdict(False, 1)
        ]  # fmt: skip
        assert len(backend.questions) == 2
        assert says(upstreams, 100) == "denied"
        # A clock that was set back makes nobody's answer last for longer.
        assert says(upstreams, 50) == "denied"
        assert len(backend.questions) == 4


def test_an_answer_is_one_viewers(make: Make) -> None:
    with site(ALLOW) as backend:
        upstreams = make(backend.url)
        ask(upstreams)
        for field in ("token", "stream", "address", "user_agent"):
            ask(upstreams, 0, **{field: "b"})
        assert len(backend.questions) == 5
        ask(upstreams, server_session="other", query="name=ort", event=Event.UPDATE)
        assert len(backend.questions) == 5


def test_it_has_a_bound(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flask_iptv.authorization.upstreams.MOST", 5)
    with site(ALLOW) as backend:
        upstreams = make(backend.url)
        for number in range(12):
            ask(upstreams, token=str(number))
        assert len(upstreams._known) <= 5
        assert says(upstreams, token="11") == "allowed"
        assert len(backend.questions) == 12


def test_one_that_is_down_does_not_refuse_for_the_others(make: Make) -> None:
    with site(ALLOW) as allows, site(DENY) as denies, site("503 Busy") as broken:
        assert says(make(gone(), broken.url, allows.url)) == "allowed"
        assert says(make(gone(), broken.url, denies.url)) == "denied"
        assert says(make(gone(), broken.url)) == "unavailable"


def test_whom_an_absent_backend_had_allowed_goes_on_for_the_grace_time(make: Make) -> None:
    with site(ALLOW, X_AuthDuration="60") as allows, site(DENY) as denies:
        upstreams = make(allows.url, denies.url)
        assert says(upstreams) == "allowed"
        allows.status = "500 Oops"
        assert ask(upstreams, 60) == Verdict(True, 30, Passed())
        assert says(upstreams, 60, user_agent="phone") == "denied"
        # It is not asked at every segment meanwhile.
        before = len(allows.questions)
        assert says(upstreams, 70) == "allowed"
        assert len(allows.questions) == before
        assert says(upstreams, 60 + SLACK) == "allowed"
        assert says(upstreams, 61 + SLACK + 30) == "denied"


def test_whom_a_present_backend_refuses_does_not_go_on(make: Make) -> None:
    with site(ALLOW) as first, site(DENY) as second:
        upstreams = make(first.url, second.url)
        assert says(upstreams) == "allowed"
        first.status, second.status = DENY, "500 Oops"
        assert says(upstreams, 181) == "denied"


def test_who_does_not_answer_in_time_is_down(make: Make) -> None:
    partial = b"HTTP/1.1 200 OK\r\nX-A: "
    with raw_site(b"", silent=True) as silent, raw_site(partial, silent=True) as slow:
        assert says(make(silent, slow, timeout=SHORT)) == "unavailable"
        with site(ALLOW) as allows:
            assert says(make(silent, slow, allows.url)) == "allowed"


@pytest.mark.parametrize(("status", "expected"), [(ALLOW, "allowed"), ("502 No", "unavailable")])
def test_a_herd_asks_once(make: Make, status: str, expected: str) -> None:
    herd = 8
    arrived, ready, answered = threading.Event(), threading.Barrier(herd + 1), threading.Event()

    def hold() -> None:
        arrived.set()
        answered.wait(LONG)

    def follow() -> str:
        ready.wait(LONG)
        return says(upstreams)

    with site(status) as backend, ThreadPoolExecutor(herd + 1) as threads:
        upstreams = make(backend.url, moment=LONG)
        backend.work = hold
        first = threads.submit(says, upstreams)
        assert arrived.wait(LONG)
        others = [threads.submit(follow) for _ in range(herd)]
        ready.wait(LONG)
        answered.set()
        assert [one.result(LONG) for one in (first, *others)] == [expected] * (herd + 1)
        if status == ALLOW:
            assert len(backend.questions) == 1


def test_the_log_says_who_is_down_and_no_secret(
    make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    broken = b"HTTP/1.1 200 OK\r\nno header at all\r\n\r\n"
    with site(ALLOW) as backend, raw_site(broken) as odd:
        down = gone().replace("//", "//user:pass@") + "?key=own"
        upstreams = make(down, backend.url)
        backend.status = "500 Oops"
        for token in ("foreign-token", "other-token"):
            assert says(upstreams, token=token) == "unavailable"
        ask(make(odd))
    origin = down.replace("user:pass@", "").partition("/?")[0]
    assert caplog.text.count(f"the upstream backend {origin} does not answer") == 1
    assert caplog.text.count("does not answer: HTTP 500") == 1
    for secret in ("token", "user:", "pass", "own"):
        assert secret not in caplog.text


def test_after_a_close_it_begins_anew(make: Make) -> None:
    with site(ALLOW) as backend:
        upstreams = make(backend.url)
        for token in "ab":
            assert says(upstreams, token=token) == "allowed"
            assert any("iptv-upstream" in thread.name for thread in threading.enumerate())
            upstreams.close()
            assert not any("iptv-upstream" in thread.name for thread in threading.enumerate())


CHILD = """
import os, sys
from flask_iptv.authorization.upstreams import Upstreams
from flask_iptv.config import Settings
from tests.authorization.asking import LONG, says

upstreams = Upstreams(Settings(upstream_auth=(sys.argv[1],)), timeout=LONG)
assert says(upstreams) == "allowed"
child = os.fork()
answers = [says(upstreams, token="new"), says(upstreams)]
upstreams.close()
if child:
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
assert answers == ["allowed", "allowed"]
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_forked_process_has_threads_of_its_own() -> None:
    with site(ALLOW) as backend:
        root = Path(__file__).resolve().parent.parent.parent
        command = [sys.executable, "-c", CHILD, backend.url]
        subprocess.run(command, cwd=root, check=True, timeout=LONG)
        assert len(backend.questions) == 3
