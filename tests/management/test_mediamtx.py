"""MediaMTX: paths page by page, and a kick in the list of the session's protocol."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from flask_iptv.management import CannotCut, Management, ManagementError, Stream, Watcher
from tests.management.web_server import Answer, WebServer, as_json

LIST = "/v3/paths/list"
SESSION = "58347ae0-8a5d-41cf-96d9-166b550b3335"
GONE = as_json({"status": "error", "error": "session not found"}, 404)


@pytest.fixture
def mediamtx(managed: Callable[[str], Management]) -> Management:
    return managed("mediamtx")


def test_paths_come_from_every_page(server: WebServer, mediamtx: Management) -> None:
    pages: list[list[dict[str, Any]]] = [
        [{"name": "ort", "ready": True}, {"name": "sport/espn", "ready": False}],
        [{"name": "cnn", "ready": True}],
    ]
    server.answer = lambda asked: as_json(
        {"pageCount": 2, "itemCount": 3, "items": pages[int(asked.query["page"])]}
    )
    assert list(mediamtx.streams()) == [
        Stream("ort", alive=True),
        Stream("sport/espn", alive=False),
        Stream("cnn", alive=True),
    ]
    assert [asked.query["itemsPerPage"] for asked in server.asked] == ["100", "100"]


def test_no_paths_are_no_pages(server: WebServer, mediamtx: Management) -> None:
    server.answers({f"GET {LIST}": as_json({"pageCount": 0, "itemCount": 0, "items": []})})
    assert list(mediamtx.streams()) == []


def test_a_page_with_nothing_new_is_an_error(server: WebServer, mediamtx: Management) -> None:
    same = [{"name": "ort", "ready": True}]
    server.answer = lambda asked: as_json({"pageCount": 2000, "items": same})
    with pytest.raises(ManagementError, match="has nothing new on it"):
        list(mediamtx.streams())
    assert len(server.asked) == 2


def test_a_path_that_is_neither_ready_nor_not_is_an_error(
    server: WebServer, mediamtx: Management
) -> None:
    item = {"name": "ort", "ready": "yes"}
    server.answers({f"GET {LIST}": as_json({"pageCount": 1, "items": [item]})})
    with pytest.raises(ManagementError, match="not true or false"):
        list(mediamtx.streams())


@pytest.mark.parametrize("pages", [10**9, 2001, "2", True, None, 2.0])
def test_a_count_of_pages_that_is_none_is_an_error(
    server: WebServer, mediamtx: Management, pages: object
) -> None:
    server.answer = lambda asked: as_json({"pageCount": pages, "items": []})
    with pytest.raises(ManagementError, match=r"[ ']page"):
        list(mediamtx.streams())
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("protocol", "sessions"),
    [
        ("hls", "hlssessions"),
        ("rtsp", "rtspsessions"),
        ("rtsps", "rtspssessions"),
        ("RTSP", "rtspsessions"),
        ("rtmp", "rtmpconns"),
        ("rtmps", "rtmpsconns"),
        ("srt", "srtconns"),
        ("webrtc", "webrtcsessions"),
    ],
)
def test_a_session_is_kicked_where_its_protocol_is(
    server: WebServer, mediamtx: Management, protocol: str, sessions: str
) -> None:
    server.answers({f"POST /v3/{sessions}/kick/{SESSION}": as_json({"status": "ok"})})
    assert mediamtx.cut(Watcher("ort", SESSION, protocol)) == "cut"
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("protocol", "lists"),
    [("rtsp", ("rtspsessions", "rtspssessions")), ("rtmp", ("rtmpconns", "rtmpsconns"))],
)
def test_a_session_over_tls_is_found_too(
    server: WebServer, mediamtx: Management, protocol: str, lists: tuple[str, str]
) -> None:
    plain, tls = (f"POST /v3/{kind}/kick/{SESSION}" for kind in lists)
    server.answers({plain: GONE, tls: Answer(204)})
    assert mediamtx.cut(Watcher("ort", SESSION, protocol)) == "cut"
    server.answers({plain: GONE})
    assert mediamtx.cut(Watcher("ort", SESSION, protocol)) == "had left already"


@pytest.mark.parametrize(
    ("watcher", "words"),
    [
        (Watcher("ort", SESSION, "hls"), "this MediaMTX has no list of hls sessions"),
        (Watcher("ort", None, "hls"), "did not tell the session's id"),
        (Watcher("ort", "../../x", "hls"), "not one that MediaMTX gives"),
        (Watcher("ort", SESSION, "dash"), "no sessions of the protocol 'dash'"),
        (Watcher("ort", SESSION), "no sessions of the protocol ''"),
    ],
)
def test_what_can_not_be_kicked_is_told(mediamtx: Management, watcher: Watcher, words: str) -> None:
    with pytest.raises(CannotCut, match=words):
        mediamtx.cut(watcher)


def test_a_failure_to_kick_is_no_success(server: WebServer, mediamtx: Management) -> None:
    server.answer = lambda asked: Answer(500)
    with pytest.raises(ManagementError, match="with 500"):
        mediamtx.cut(Watcher("ort", SESSION, "hls"))
