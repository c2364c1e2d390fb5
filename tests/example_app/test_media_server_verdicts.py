"""The demonstration media server does what the site says, for as long as it says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from example_app.media_server import start
from tests.example_app.media_site import Clock, Demonstration, Site, demonstration, fetch, opened
from tests.real.ports import LOOPBACK, reserved_port
from tests.real.site import serve

STREAMS = pytest.mark.parametrize("leaf", ["index.m3u8", "mpegts"])


@pytest.fixture
def demo() -> Iterator[Demonstration]:
    with demonstration() as running:
        yield running


def test_a_verdict_holds_as_long_as_the_site_says(demo: Demonstration) -> None:
    answer = demo.playlist()
    demo.site.disable("disabled")
    demo.clock.advance(10)
    assert demo.playlist().status == 200
    assert demo.segment(answer).status == 200
    demo.clock.advance(9.9)
    assert demo.playlist().status == 200
    assert demo.site.types == ["new_session"]
    demo.clock.advance(0.1)
    assert demo.playlist().status == 403


@pytest.mark.parametrize(
    "headers", [{}, *({"X-AuthDuration": value} for value in ("", "soon", "-5", "1e3", "9" * 400))]
)
def test_without_a_duration_a_verdict_holds_three_minutes(
    demo: Demonstration, headers: dict[str, str]
) -> None:
    demo.site.headers = headers
    demo.playlist()
    for seconds in [20] * 8 + [19.9]:
        demo.clock.advance(seconds)
        demo.playlist()
    assert demo.site.types == ["new_session"]
    demo.clock.advance(0.1)
    demo.playlist()
    assert demo.site.types == ["new_session", "update_session"]


@pytest.mark.parametrize("status", ["403 Forbidden", "401 Unauthorized", "404 Not Found", "204 No"])
def test_hls_stops_when_the_site_says_no(demo: Demonstration, status: str) -> None:
    answer = demo.playlist()
    demo.site.disable("the user is disabled")
    demo.site.status = status
    demo.clock.advance(20)
    expected = "" if status == "204 No" else "the user is disabled\n"
    refused = demo.segment(answer)
    assert refused.status == 403
    assert expected in refused.text
    assert demo.playlist().status == 403
    assert demo.site.types == ["new_session", "update_session"]


def test_mpegts_ends_when_the_site_says_no(demo: Demonstration) -> None:
    url = f"{demo.url}/ort/mpegts?token=T"
    with opened(url) as response:
        assert len(response.read(188)) == 188
        demo.site.disable("the user is disabled")
        demo.clock.advance(20)
        response.read()
    assert fetch(url).text == "the user is disabled\n"
    assert demo.site.types == ["new_session", "update_session"]


@STREAMS
def test_a_refusal_is_remembered_and_then_asked_about_anew(demo: Demonstration, leaf: str) -> None:
    url = f"{demo.url}/ort/{leaf}?token=T"
    demo.site.disable("not yet")
    assert fetch(url).status == 403
    demo.site.enable()
    demo.clock.advance(19.9)
    assert fetch(url).text == "not yet\n"
    assert demo.site.types == ["new_session"]
    demo.clock.advance(0.1)
    with opened(url) as response:
        assert response.status == 200
    first, second = demo.site.questions[:2]
    assert (second["request_type"], second["request_number"]) == ("new_session", "0")
    assert second["session_id"] != first["session_id"]


@STREAMS
def test_a_viewer_is_sent_where_the_site_says(demo: Demonstration, leaf: str) -> None:
    demo.site.status = "302 Found"
    demo.site.headers = {"Location": "https://site.example/pay?for=ort"}
    answer = fetch(f"{demo.url}/ort/{leaf}?token=T")
    assert answer.status == 302
    assert answer.headers["Location"] == "https://site.example/pay?for=ort"


def test_a_redirect_to_nowhere_is_a_refusal(demo: Demonstration) -> None:
    demo.site.status, demo.site.headers = "302 Found", {}
    assert demo.playlist().status == 403


@pytest.mark.parametrize("status", ["500 Internal Server Error", "503 Service Unavailable"])
def test_a_site_in_trouble_keeps_who_watches_and_refuses_who_comes(
    demo: Demonstration, status: str
) -> None:
    answer = demo.playlist()
    demo.site.status = status
    demo.clock.advance(20)
    assert demo.playlist().status == 200
    demo.clock.advance(9)
    assert fetch(f"{demo.url}/ort/index.m3u8?token=T").status == 200
    assert demo.site.types == ["new_session", "update_session"]
    refused = demo.playlist(token="U")
    assert refused.status == 403
    assert f"does not answer: {status[:3]}" in refused.text
    demo.site.disable("disabled")
    demo.clock.advance(1)
    assert demo.segment(answer).text == "disabled\n"
    demo.site.enable()
    assert demo.playlist(token="U").status == 200


def test_a_site_that_is_gone_keeps_who_watches_and_refuses_who_comes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # A proxy of the environment would answer for the site, or be the one that is gone.
    monkeypatch.setenv("http_proxy", f"http://{LOOPBACK}:{reserved_port()}")
    site, clock = Site(), Clock()
    with ExitStack() as up:
        auth_url = up.enter_context(serve(site)) + "/tv/auth?server=demo"
        with start(LOOPBACK, 0, auth_url, clock=clock) as server:
            demo = Demonstration(site, clock, server)
            assert demo.playlist().status == 200
            up.close()
            clock.advance(20)
            assert demo.playlist().status == 200
            refused = demo.playlist(token="U")
            assert (refused.status, "ConnectionRefusedError" in refused.text) == (403, True)
    assert site.questions[0]["server"] == "demo"
    assert site.credentials == [None]
