"""``/api/servers/<name>/sync``."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from flask_iptv import database
from tests.api.caller import Caller
from tests.api.conftest import rows
from tests.conftest import furnish
from tests.management.web_server import Answer, WebServer, as_json

STREAMS = "GET /streamer/api/v3/streams"


@pytest.fixture
def web() -> Iterator[WebServer]:
    """A media server's API with the streams ``cnn`` and ``ort``."""
    with WebServer() as web:
        streams = [{"name": "cnn", "title": "CNN"}, {"name": "ort", "title": "ORT HD"}]
        web.answers({STREAMS: as_json({"streams": streams})})
        yield web


@pytest.fixture
def estate(make_app: Callable[..., Flask], web: WebServer) -> Caller:
    """Call the API of the small provider, whose server has an API itself."""
    app = make_app(IPTV_FETCH_NETWORKS="127.0.0.0/8", IPTV_SESSION_STORE="sql:")
    with app.app_context():
        furnish()
        database.session().commit()
    caller = Caller(app.test_client())
    caller.change("/servers/main", api_url=web.url)
    return caller


def names(estate: Caller) -> list[str]:
    return [channel["name"] for channel in estate.get("/channels")["channels"]]


def test_a_dry_run_tells_what_a_sync_then_does(estate: Caller) -> None:
    dry = estate.send("POST", "/servers/main/sync", {"dry_run": True}).json
    assert names(estate) == ["ort", "sport/espn hd"]
    answer = estate.send("POST", "/servers/main/sync", {})
    assert answer.status_code == 200
    assert answer.json == {
        "server": "main",
        "dry_run": False,
        "added": ["cnn"],
        "changed": [],
        "disabled": [],
        "kept": [{"name": "ort", "fields": ["title"]}],
        "taken": [],
        "unchanged": 1,
        "note": None,
    }
    assert dry == {**answer.json, "dry_run": True}
    assert estate.get("/channels/cnn")["title"] == "CNN"


def test_a_change_has_the_old_and_the_new_value(estate: Caller, web: WebServer) -> None:
    estate.send("POST", "/servers/main/sync", {"m3u": None})
    web.answers({STREAMS: as_json({"streams": [{"name": "cnn", "title": "CNN 2", "position": 5}]})})
    told = estate.send("POST", "/servers/main/sync", {}).json
    assert told is not None
    assert told["changed"] == [
        {
            "name": "cnn",
            "fields": [
                {"field": "title", "old": "CNN", "new": "CNN 2"},
                {"field": "number", "old": None, "new": 5},
            ],
        }
    ]


def test_a_server_that_lists_only_what_is_live_disables_nothing(
    estate: Caller, web: WebServer
) -> None:
    estate.change("/servers/main", kind="srs")
    path = "GET /api/v1/streams"
    stream = {"id": "1", "app": "live", "name": "cnn"}
    web.answers({path: as_json({"code": 0, "streams": [stream]})})
    estate.send("POST", "/servers/main/sync", {})
    web.answers({path: as_json({"code": 0, "streams": []})})
    told = estate.send("POST", "/servers/main/sync", {}).json
    assert told is not None
    assert told["disabled"] == []
    assert told["note"] == "SRS lists only what is live at the moment, so no channel is disabled."
    assert estate.get("/channels/live/cnn")["enabled"] is True
    web.answers({"GET /l.m3u": Answer(200, b"#EXTM3U\nhttps://x.example/bbc/mpegts\n")})
    told = estate.send("POST", "/servers/main/sync", {"m3u": f"{web.url}/l.m3u"}).json
    assert told is not None
    assert (told["disabled"], told["note"]) == (["live/cnn"], None)


def test_a_playlist_takes_the_place_of_the_servers_api(estate: Caller, web: WebServer) -> None:
    web.answers({"GET /l.m3u": Answer(200, b"#EXTM3U\nhttps://x.example/bbc/mpegts\n")})
    told = estate.send("POST", "/servers/main/sync", {"m3u": f"{web.url}/l.m3u"}).json
    assert told is not None
    assert told["added"] == ["bbc"]


@pytest.mark.parametrize(
    ("answer", "status", "code", "words"),
    [
        (Answer(200, b"rubbish"), 502, "server_failed", "the answer is not JSON"),
        (Answer(401), 502, "server_failed", "asks for a management login (401)"),
        (as_json({"streams": []}), 422, "invalid", "no stream at all was told of"),
    ],
)
def test_rubbish_changes_nothing(
    estate: Caller, web: WebServer, answer: Answer, status: int, code: str, words: str
) -> None:
    before = rows(estate.client.application)
    web.answer = lambda asked: answer
    refused = estate.send("POST", "/servers/main/sync", {})
    assert refused.status_code == status
    assert refused.json is not None
    assert refused.json["errors"][0]["code"] == code
    assert words in refused.json["message"]
    assert rows(estate.client.application) == before


@pytest.mark.parametrize(
    ("body", "field", "words"),
    [
        ({"m3u": "ftp://x.example/?token=geheim"}, "m3u", "must be http or https"),
        ({"m3u": "http://10.0.0.1/?token=geheim"}, "m3u", "IPTV_FETCH_NETWORKS"),
        ({"m3u": 5}, "m3u", "must be a text"),
        ({"dry_run": "perhaps"}, "dry_run", "must be true or false"),
        ({"url": "x"}, "url", "there is no such field"),
    ],
)
def test_bad_input_is_named(
    estate: Caller, web: WebServer, body: dict[str, object], field: str, words: str
) -> None:
    refused = estate.send("POST", "/servers/main/sync", body)
    assert refused.status_code == 422
    assert refused.json is not None
    assert refused.json["errors"][0]["field"] == field
    assert words in refused.json["message"]
    assert "geheim" not in refused.text
    assert web.asked == []


def test_servers_without_an_api_or_unknown_ones_are_refused(estate: Caller) -> None:
    estate.change("/servers/main", kind="astra")
    refused = estate.send("POST", "/servers/main/sync", {})
    assert refused.status_code == 422
    assert "can't be asked for its streams" in refused.text
    assert estate.send("POST", "/servers/none/sync", {}).status_code == 404
