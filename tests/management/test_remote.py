"""What is sent to a server, whatever its kind, and which answers are none."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from flask_iptv.fetching import Fetcher
from flask_iptv.management import (
    Access,
    CannotCut,
    Management,
    ManagementError,
    Watcher,
    manage,
)
from tests.fetching.failing import LOOPBACK
from tests.management.web_server import Answer, WebServer, as_json

MEDIA = "/streamer/api/v3/streams"


@pytest.mark.parametrize("ending", ["", "/", "//"])
def test_a_slash_at_the_end_of_the_address_does_not_matter(server: WebServer, ending: str) -> None:
    server.answers({"GET /media/api/v1/streams": as_json({"code": 0, "streams": []})})
    srs = manage(Access("srs", f"{server.url}/media{ending}"), Fetcher(LOOPBACK))
    assert list(srs.streams()) == []


@pytest.mark.parametrize("ending", ["/?a=b", "/#c", "?", "#"])
def test_an_address_with_a_query_is_not_asked(server: WebServer, ending: str) -> None:
    srs = manage(Access("srs", server.url + ending), Fetcher(LOOPBACK))
    with pytest.raises(ManagementError, match=r"must end before any '\?' or '#'"):
        list(srs.streams())
    assert server.asked == []


def test_a_space_is_sent_in_the_way_that_every_server_reads(
    server: WebServer, managed: Callable[[str], Management]
) -> None:
    server.answers({"POST /streamer/api/v3/sessions/reauth": Answer(204)})
    managed("flussonic").cut(Watcher("sport/espn hd+", None))
    assert server.asked[0].target.endswith("/reauth?name=sport%2Fespn%20hd%2B")


@pytest.mark.parametrize("status", [300, 301, 307, 399])
def test_a_redirect_is_not_followed(
    server: WebServer, managed: Callable[[str], Management], status: int
) -> None:
    server.answer = lambda asked: Answer(status, headers={"Location": f"{server.url}/other"})
    with pytest.raises(ManagementError, match=rf"redirects \({status}\)"):
        list(managed("srs").streams())
    assert len(server.asked) == 1


@pytest.mark.parametrize("status", [201, 204, 400, 404, 500])
@pytest.mark.parametrize("kind", ["srs", "nginx-rtmp", "icecast", "mediamtx"])
def test_only_200_has_streams(
    server: WebServer, managed: Callable[[str], Management], kind: str, status: int
) -> None:
    server.answer = lambda asked: Answer(status)
    with pytest.raises(ManagementError, match=f"with {status}"):
        list(managed(kind).streams())


def test_streams_of_which_nobody_knows_whether_they_play(
    server: WebServer, managed: Callable[[str], Management]
) -> None:
    server.answers({f"GET {MEDIA}": as_json({"streams": [{"name": "a"}, {"name": "b"}]})})
    found = [finding.text for finding in managed("flussonic").check()]
    assert found[2] == "It has 2 streams, whether they play is not said."


@pytest.mark.parametrize(
    ("kick", "words"),
    [
        (Answer(404, b"<html>"), "this MediaMTX has no list of hls sessions; update it."),
        (Answer(headers={"Content-Encoding": "br"}), "the answer is packed in a way that was not"),
    ],
)
def test_a_check_tells_why_nobody_can_be_cut(
    server: WebServer, managed: Callable[[str], Management], kick: Answer, words: str
) -> None:
    streams = as_json({"pageCount": 1, "items": [{"name": "ort", "ready": True}]})
    server.answer = lambda asked: streams if asked.path == "/v3/paths/list" else kick
    *_, last = managed("mediamtx").check()
    assert not last.ok
    assert last.text.startswith(f"Viewers can't be cut: {words}")


@pytest.mark.parametrize("kind", ["srs", "nginx-rtmp", "icecast", "node-media-server"])
@pytest.mark.parametrize("session", [None, ""])
def test_a_session_without_an_id_can_not_be_cut(
    server: WebServer, managed: Callable[[str], Management], kind: str, session: str | None
) -> None:
    with pytest.raises(CannotCut, match="did not tell the session's id when it asked"):
        managed(kind).cut(Watcher("live/espn", session))
    assert server.asked == []
