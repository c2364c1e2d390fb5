"""The demonstration media server asks about every viewer as Flussonic does."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from tests.example_app.media_site import SECRET, Demonstration, demonstration, fetch, opened

STREAMS = pytest.mark.parametrize("leaf", ["index.m3u8", "mpegts"])


@pytest.fixture
def demo() -> Iterator[Demonstration]:
    with demonstration() as running:
        yield running


def test_the_question_has_what_flussonic_asks(demo: Demonstration) -> None:
    fetch(f"{demo.url}/sport/espn%20%D1%8F/index.m3u8?token=a%26b&x=1")
    question = demo.site.questions[0]
    assert str(uuid.UUID(question.pop("session_id"), version=4))
    assert question == {
        "name": "sport/espn я",
        "ip": "127.0.0.1",
        "proto": "hls",
        "token": "a&b",
        "request_type": "new_session",
        "request_number": "0",
        "user_agent": "VLC",
        "referer": "http://page.example/",
        "qs": "token=a%26b&x=1",
        "duration": "0",
        "bytes": "0",
        "stream_clients": "0",
        "total_clients": "0",
    }
    assert demo.site.credentials == [f"Bearer {SECRET}"]


def test_an_update_tells_how_long_and_how_much(demo: Demonstration) -> None:
    answer = demo.playlist()
    fetch(f"{demo.url}/other/index.m3u8?token=T")
    size = len(demo.segment(answer).text)
    demo.clock.advance(20)
    demo.playlist()
    first, _, update = demo.site.questions
    assert update["request_type"] == "update_session"
    assert update["session_id"] == first["session_id"]
    assert (update["request_number"], update["duration"], update["bytes"]) == ("1", "20", str(size))
    assert (update["stream_clients"], update["total_clients"]) == ("1", "2")


def test_hls_is_one_session_per_device(demo: Demonstration) -> None:
    same = {demo.playlist().addresses[0] for _ in range(3)}
    assert len(same) == 1
    others = {
        demo.playlist(token="U").addresses[0],
        demo.playlist(agent="Kodi").addresses[0],
        fetch(f"{demo.url}/other/index.m3u8?token=T").addresses[0],
    }
    assert len(same | others) == 4
    assert demo.site.types == ["new_session"] * 4


def test_each_mpegts_connection_is_a_session(demo: Demonstration) -> None:
    url = f"{demo.url}/ort/mpegts?token=T"
    with opened(url), opened(url):
        ids = {question["session_id"] for question in demo.site.questions}
    assert len(ids) == 2
    assert {question["proto"] for question in demo.site.questions} == {"tshttp"}


def test_a_viewer_who_asks_for_nothing_more_is_gone(demo: Demonstration) -> None:
    answer = demo.playlist()
    demo.clock.advance(29)
    demo.segment(answer)
    demo.clock.advance(29)
    demo.playlist()
    demo.clock.advance(30)
    question = demo.site.closed()
    assert question["session_id"] == demo.site.questions[0]["session_id"]
    assert question["duration"] == "88"
    assert demo.segment(answer).status == 403


def test_a_viewer_who_hangs_up_is_gone(demo: Demonstration) -> None:
    with opened(f"{demo.url}/ort/mpegts?token=T") as response:
        response.read(188)
    question = demo.site.closed()
    assert question["session_id"] == demo.site.questions[0]["session_id"]
    assert int(question["bytes"]) > 188


def test_a_segment_needs_a_session_of_its_stream_and_address(demo: Demonstration) -> None:
    answer = demo.playlist()
    assert demo.segment(answer).status == 200
    assert demo.segment(answer, name="other").status == 403
    assert demo.segment(answer, address="127.0.0.2").status == 403
    number = urlsplit(answer.addresses[-1]).path
    for query in ("", "?session=", f"?session={uuid.uuid4()}", "?token=T"):
        assert fetch(f"{demo.url}/ort/{number}{query}").status == 403
    assert demo.site.types == ["new_session"]


@STREAMS
def test_tokens_are_not_in_the_log(
    demo: Demonstration, leaf: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    demo.site.text = "yes to hush-hush"
    with opened(f"{demo.url}/ort/{leaf}?token=hush-hush"):
        pass
    demo.clock.advance(30)
    demo.site.closed()
    demo.site.disable("no to hush-hush")
    fetch(f"{demo.url}/ort/{leaf}?token=hush-hush")
    assert "'ort'" in caplog.text
    assert "refused" in caplog.text
    assert "hush-hush" not in caplog.text
