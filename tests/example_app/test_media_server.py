"""The demonstration media server plays in real players, at addresses like Flussonic's."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice, pairwise

import av
import pytest

from example_app.media_server import Clip, start, timeline
from tests.example_app.media_site import (
    NUMBER,
    Demonstration,
    demonstration,
    fetch,
    opened,
)
from tests.patience import LIMIT
from tests.real.players import PlaybackRefused, play_with_pyav
from tests.real.ports import LOOPBACK

STREAMS = pytest.mark.parametrize("leaf", ["index.m3u8", "mpegts"])


@pytest.fixture
def demo() -> Iterator[Demonstration]:
    with demonstration() as running:
        yield running


@STREAMS
def test_a_player_plays_picture_and_sound_over_the_end_of_the_clip(
    demo: Demonstration, leaf: str
) -> None:
    times: dict[str, list[int]] = {"video": [], "audio": []}
    url = f"{demo.url}/sport/espn%20hd/{leaf}?token=T"
    with av.open(url, timeout=(LIMIT, LIMIT)) as stream:
        for packet in islice(stream.demux(video=0, audio=0), 300):
            for frame in packet.decode():
                assert frame.pts is not None
                times[packet.stream.type].append(frame.pts)
    # More than two segments, of which the first ends the clip.
    assert len(times["video"]) > 100
    assert {later - earlier for earlier, later in pairwise(times["video"])} == {3600}
    assert {later - earlier for earlier, later in pairwise(times["audio"])} == {1920}


@STREAMS
def test_a_player_with_a_wrong_token_is_refused(demo: Demonstration, leaf: str) -> None:
    url = f"{demo.url}/ort/{leaf}?token=wrong"
    with pytest.raises(PlaybackRefused) as refusal:
        play_with_pyav(url)
    assert refusal.value.status == 403
    answer = fetch(url)
    assert (answer.status, answer.text) == (403, "no such token\n")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_the_playlist_follows_the_clock_and_its_segments_play(demo: Demonstration) -> None:
    url = f"{demo.url}/ort/index.m3u8?token=T"
    before = fetch(url)
    demo.clock.advance(2)
    after = fetch(url)
    assert f"#EXT-X-MEDIA-SEQUENCE:{NUMBER - 5}\n" in before.text
    assert f"#EXT-X-MEDIA-SEQUENCE:{NUMBER - 4}\n" in after.text
    assert before.addresses[1:] == after.addresses[:-1]
    assert after.headers["Content-Type"] == "application/vnd.apple.mpegurl"
    assert after.headers["Access-Control-Allow-Origin"] == "*"
    assert after.headers["Cache-Control"] == "no-store"

    segment = fetch(f"{demo.url}/ort/{after.addresses[-1]}")
    assert segment.status == 200
    assert segment.text.encode("latin-1") == Clip.load().segment(NUMBER)
    assert segment.headers["Content-Type"] == "video/mp2t"
    assert segment.headers["Access-Control-Allow-Origin"] == "*"


def test_a_segment_stays_for_a_while_after_it_left_the_playlist(demo: Demonstration) -> None:
    oldest = f"{demo.url}/ort/" + fetch(f"{demo.url}/ort/index.m3u8").addresses[0]
    demo.clock.advance(12)
    assert fetch(oldest).status == 200
    demo.clock.advance(2)
    assert fetch(oldest).status == 404


def test_a_segment_of_the_future_is_not_there_yet(demo: Demonstration) -> None:
    session = fetch(f"{demo.url}/ort/index.m3u8").addresses[0].partition("?")[2]
    assert fetch(f"{demo.url}/ort/{NUMBER - 1}.ts?{session}").status == 200
    assert fetch(f"{demo.url}/ort/{NUMBER}.ts?{session}").status == 404


def test_mpegts_begins_with_a_burst_and_goes_on_with_the_clock(demo: Demonstration) -> None:
    clip = Clip.load()
    burst = clip.segment(NUMBER - 2) + clip.segment(NUMBER - 1)
    with opened(f"{demo.url}/ort/mpegts?token=T") as response:
        assert response.headers["Content-Type"] == "video/mp2t"
        assert response.read(len(burst)) == burst
        demo.clock.advance(2)
        assert response.read(len(clip.segment(NUMBER))) == clip.segment(NUMBER)


def test_mpegts_goes_on_at_the_present_after_the_machine_slept(demo: Demonstration) -> None:
    clip = Clip.load()
    with opened(f"{demo.url}/ort/mpegts?token=T") as response:
        before = clip.between(timeline.start_of(NUMBER - 2), demo.clock())
        assert response.read(len(before)) == before
        demo.clock.advance(8 * 3600)
        after = clip.between(timeline.start_of(NUMBER + 8 * 1800 - 2), demo.clock())
        assert response.read(len(after)) == after


@pytest.mark.parametrize(
    ("leaf", "kind"),
    [("index.m3u8", "application/vnd.apple.mpegurl"), ("mpegts", "video/mp2t")],
)
def test_head_answers_as_get_without_a_body(demo: Demonstration, leaf: str, kind: str) -> None:
    answer = fetch(f"{demo.url}/ort/{leaf}?token=T", "HEAD")
    assert (answer.status, answer.headers["Content-Type"], answer.text) == (200, kind, "")
    assert fetch(f"{demo.url}/ort/{leaf}?token=wrong", "HEAD").status == 403


def test_head_of_mpegts_leaves_no_viewer(demo: Demonstration) -> None:
    fetch(f"{demo.url}/ort/mpegts?token=T", "HEAD")
    assert demo.site.types == ["new_session", "close_session"]


@pytest.mark.parametrize("path", ["/", "/ort", "/index.m3u8", "/ort/mpegts/x", "/ort/x.ts"])
def test_other_addresses_are_not_found_and_not_asked_about(demo: Demonstration, path: str) -> None:
    assert fetch(demo.url + path).status == 404
    assert demo.site.questions == []


def test_only_reading_is_allowed(demo: Demonstration) -> None:
    answer = fetch(f"{demo.url}/ort/index.m3u8?token=T", "POST")
    assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD")
    assert demo.site.questions == []


def test_closing_ends_every_stream_and_frees_the_port() -> None:
    with demonstration() as demo:
        with opened(f"{demo.url}/ort/mpegts?token=T") as response:
            response.read(188)
            demo.server.close()
            demo.server.close()
            # In the midst of a piece or after it; a stream that goes on would be a TimeoutError.
            with suppress(http.client.IncompleteRead, ConnectionError):
                response.read()
        with socket.create_server((LOOPBACK, demo.server.port)):
            pass
        assert demo.site.types == ["new_session"]


def test_an_address_that_is_not_http_is_refused() -> None:
    with pytest.raises(ValueError, match=r"auth_url 'site\.example/tv/auth' must look like http"):
        start(LOOPBACK, 0, "site.example/tv/auth")
