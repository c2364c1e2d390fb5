"""node-media-server: one login for everything, streams, and a session deleted."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from flask_iptv.fetching import Fetcher
from flask_iptv.management import (
    Access,
    CannotCut,
    LoginRefused,
    Management,
    ManagementError,
    Stream,
    Watcher,
    manage,
)
from tests.fetching.failing import LOOPBACK
from tests.management.web_server import Answer, Asked, WebServer, as_json

LOGIN, STREAMS = "POST /api/v1/login", "GET /api/v1/streams"
SESSION = "DELETE /api/v1/sessions/K7Q2M9ZX"
WATCHER = Watcher("live/espn", "K7Q2M9ZX")
TOKEN = as_json({"success": True, "data": {"token": "head.body-1_.sig"}})
GONE = as_json({"success": False, "data": {}, "message": "Session not found"}, 404)
DONE = as_json({"success": True, "data": {"id": "K7Q2M9ZX"}})


@pytest.fixture
def nms(managed: Callable[[str], Management]) -> Management:
    return managed("node-media-server")


def test_streams_are_read_with_the_token_of_a_login(server: WebServer, nms: Management) -> None:
    espn, film = (
        {"key": f"/live/{name}", "app": "live", "name": name, "status": status}
        for name, status in (("espn", "publishing"), ("film", "reconnecting"))
    )
    streams = as_json({"success": True, "data": {"streams": [espn, film], "total": 2}})
    server.answers({LOGIN: TOKEN, STREAMS: streams})
    assert list(nms.streams()) == [
        Stream("live/espn", alive=True),
        Stream("live/film", alive=False),
    ]
    login, read = server.asked
    assert json.loads(login.body) == {"username": "admin", "password": "s3cret"}
    assert login.headers["content-type"] == "application/json"
    assert "authorization" not in login.headers
    assert read.headers["authorization"] == "Bearer head.body-1_.sig"


@pytest.mark.parametrize("item", [7, None, {"app": "live"}, {"app": "live", "name": "espn"}])
def test_a_stream_that_is_none_is_an_error(
    server: WebServer, nms: Management, item: object
) -> None:
    server.answers({LOGIN: TOKEN, STREAMS: as_json({"data": {"streams": [item]}})})
    with pytest.raises(ManagementError, match="of the right type"):
        list(nms.streams())


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (as_json({"data": {"streams": []}}, 500), "with 500"),
        (as_json({"streams": []}), "no 'data'"),
        (as_json({"data": {}}), "no 'streams'"),
    ],
)
def test_a_list_of_streams_that_is_none_is_an_error(
    server: WebServer, nms: Management, answer: Answer, words: str
) -> None:
    server.answers({LOGIN: TOKEN, STREAMS: answer})
    with pytest.raises(ManagementError, match=words):
        list(nms.streams())


@pytest.mark.parametrize(("answer", "outcome"), [(DONE, "cut"), (GONE, "had left already")])
def test_a_session_is_deleted(
    server: WebServer, nms: Management, answer: Answer, outcome: str
) -> None:
    server.answers({LOGIN: TOKEN, SESSION: answer})
    assert nms.cut(WATCHER) == outcome
    assert server.asked[-1].headers["authorization"] == "Bearer head.body-1_.sig"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer(404, b"<html>"), "with 404; is it node-media-server there"),
        (as_json({"success": False}), "did not say whether"),
        (as_json({"success": True}, 404), "did not say whether"),
        (as_json({"error": "not found"}, 404), "no 'success' of the right type"),
        (as_json({"success": 1}), "no 'success' of the right type"),
        (Answer(200, b"OK"), "not JSON"),
        (as_json({"success": True}, 500), "with 500"),
    ],
)
def test_a_session_that_was_not_deleted_is_no_success(
    server: WebServer, nms: Management, answer: Answer, words: str
) -> None:
    server.answers({LOGIN: TOKEN, SESSION: answer})
    with pytest.raises(ManagementError, match=words):
        nms.cut(WATCHER)


@pytest.mark.parametrize("session", [None, "", "..", "a/b", "a b"])
def test_without_an_id_nothing_is_asked(
    server: WebServer, nms: Management, session: str | None
) -> None:
    with pytest.raises(CannotCut):
        nms.cut(Watcher("live/espn", session))
    assert server.asked == []


def test_one_login_serves_many_sessions(server: WebServer) -> None:
    server.answers({LOGIN: TOKEN, SESSION: DONE})
    fetcher, other = Fetcher(LOOPBACK), Fetcher(LOOPBACK)
    for login, asking in ((("a", "b"), fetcher), (("a", "c"), fetcher), (("a", "b"), other)):
        server.asked.clear()
        for _ in range(3):
            assert manage(Access("node-media-server", server.url, *login), asking).cut(WATCHER)
        assert server.paths == [LOGIN, SESSION, SESSION, SESSION]


def test_a_token_that_has_ended_is_replaced_once(server: WebServer, nms: Management) -> None:
    good = "first"

    def answer(asked: Asked) -> Answer:
        if asked.path == "/api/v1/login":
            return as_json({"data": {"token": good}})
        return DONE if asked.headers["authorization"] == f"Bearer {good}" else Answer(401)

    server.answer = answer
    assert nms.cut(WATCHER) == "cut"
    good = "second"
    server.asked.clear()
    assert nms.cut(WATCHER) == "cut"
    assert server.paths == [SESSION, LOGIN, SESSION]
    server.answers({LOGIN: TOKEN, SESSION: Answer(401)})
    for paths in ([SESSION, LOGIN, SESSION], [LOGIN, SESSION]):
        server.asked.clear()
        with pytest.raises(LoginRefused):
            nms.cut(WATCHER)
        assert server.paths == paths


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (as_json({"success": False}, 401), "correct name and password"),
        (Answer(404), "no management API there .* a user in 'auth.jwt'"),
        (Answer(429), "no more logins for now"),
        (Answer(500), "/api/v1/login with 500"),
        (as_json({}), "no 'data'"),
        (as_json({"data": {"token": None}}), "no 'token'"),
        (as_json({"data": {"token": ""}}), "gave no token"),
        (as_json({"data": {"token": "a\r\nX-Evil: 1"}}), "gave no token"),
        (as_json({"data": {"token": "a" * 5000}}), "gave no token"),
    ],
)
def test_a_login_that_fails_is_told(
    server: WebServer, nms: Management, answer: Answer, words: str
) -> None:
    server.answers({LOGIN: answer, SESSION: DONE})
    with pytest.raises(ManagementError, match=words) as raised:
        nms.cut(WATCHER)
    assert "s3cret" not in str(raised.value)
    assert server.paths == [LOGIN]


@pytest.mark.parametrize("login", [(), ("admin",), ("admin", "")])
def test_without_a_login_nothing_is_asked(server: WebServer, login: tuple[str, ...]) -> None:
    nms = manage(Access("node-media-server", server.url, *login), Fetcher(LOOPBACK))
    with pytest.raises(LoginRefused, match="enter name and password"):
        nms.cut(WATCHER)
    assert server.asked == []
