"""Flussonic: streams page by page, viewers cut and forgotten, and the older API behind it."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest

from flask_iptv.management import (
    CannotCut,
    LoginRefused,
    Management,
    ManagementError,
    Stream,
    Watcher,
)
from tests.management.web_server import Answer, Asked, WebServer, as_json

STREAMS = "/streamer/api/v3/streams"
SESSIONS = "/streamer/api/v3/sessions"
SESSION = "58347ae0-8a5d-41cf-96d9-166b550b3335"
WATCHER = Watcher("sport/espn hd", SESSION, "hls", "203.0.113.7")


@pytest.fixture
def flussonic(managed: Callable[[str], Management]) -> Management:
    return managed("flussonic")


def paged(*pages: dict[str, Any]) -> Callable[[Asked], Answer]:
    """Answer with a page after the other, whatever the cursor."""
    left = list(pages)
    return lambda asked: as_json(left.pop(0))


def test_streams_come_from_every_page_once(server: WebServer, flussonic: Management) -> None:
    ort = {"name": "ort", "title": "ORT", "position": 1, "stats": {"alive": True}}
    espn = {"name": "sport/espn hd", "disabled": True, "stats": {"alive": False}}
    server.answer = paged(
        {"streams": [ort, espn], "next": "c1=="}, {"streams": [ort, {"name": "cnn"}], "next": None}
    )
    assert list(flussonic.streams()) == [
        Stream("ort", title="ORT", number=1, alive=True),
        Stream("sport/espn hd", enabled=False, alive=False),
        Stream("cnn"),
    ]
    assert server.paths == [f"GET {STREAMS}"] * 2
    assert [asked.query for asked in server.asked] == [
        {"limit": "100"},
        {"limit": "100", "cursor": "c1=="},
    ]
    assert {asked.login for asked in server.asked} == {"admin:s3cret"}


@pytest.mark.parametrize(
    ("pages", "words"),
    [
        ([{"streams": [{"name": "a"}], "next": f"x{i}"} for i in range(2)], "nothing new on it"),
        ([{"streams": [], "next": "x"}], "nothing new on it"),
        ([{"streams": [{"name": "a"}], "next": 7}], "the next page is of the type int, no text"),
    ],
)
def test_pages_without_an_end_are_an_error(
    server: WebServer, flussonic: Management, pages: list[dict[str, Any]], words: str
) -> None:
    server.answer = paged(*pages)
    with pytest.raises(ManagementError, match=words):
        list(flussonic.streams())
    assert len(server.asked) == len(pages)


def test_more_pages_than_anybody_needs_are_an_error(
    server: WebServer, flussonic: Management, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flask_iptv.management.answers.MAX_PAGES", 5)
    numbers = itertools.count()
    server.answer = lambda asked: as_json(
        {"streams": [{"name": f"s{next(numbers)}"}], "next": f"c{next(numbers)}"}
    )
    with pytest.raises(ManagementError, match="more than 5 pages"):
        list(flussonic.streams())
    assert len(server.asked) == 5


def test_more_streams_than_anybody_has_are_an_error(
    server: WebServer, flussonic: Management, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flask_iptv.management.answers.MAX_STREAMS", 1000)
    cursors = itertools.count()
    same = [{"name": "ort"}] * 99

    def answer(asked: Asked) -> Answer:
        cursor = f"c{next(cursors)}"
        return as_json({"streams": [*same, {"name": cursor}], "next": cursor})

    server.answer = answer
    with pytest.raises(ManagementError, match="more than 1000 streams"):
        list(flussonic.streams())
    assert len(server.asked) <= 11


@pytest.mark.parametrize(
    "missing", [Answer(404, b"<html>"), Answer(200, b"not found\n"), Answer(400, b"Not Found")]
)
def test_an_older_server_is_asked_in_the_older_way(
    server: WebServer, flussonic: Management, missing: Answer
) -> None:
    value = {"name": "ort", "options": {"title": "ORT", "disabled": True}, "stats": {"alive": True}}
    older = [
        {"entry": "stream", "value": value},
        {"entry": "file", "value": {"name": "vod"}},
        {"name": "cnn", "options": []},
    ]
    server.answers({f"GET {STREAMS}": missing, "GET /flussonic/api/media": as_json(older)})
    assert list(flussonic.streams()) == [
        Stream("ort", title="ORT", enabled=False, alive=True),
        Stream("cnn"),
    ]


def test_a_session_is_deleted_and_its_verdict_forgotten(
    server: WebServer, flussonic: Management
) -> None:
    server.answers(
        {
            f"DELETE {SESSIONS}/{SESSION}": Answer(204),
            f"POST {SESSIONS}/reauth": as_json({"estimated_count": 1}),
        }
    )
    assert flussonic.cut(WATCHER) == "cut"
    assert server.paths == [f"DELETE {SESSIONS}/{SESSION}", f"POST {SESSIONS}/reauth"]
    assert server.asked[1].query == {"name": "sport/espn hd"}


def test_a_verdict_that_is_not_forgotten_is_told(server: WebServer, flussonic: Management) -> None:
    server.answers({f"DELETE {SESSIONS}/{SESSION}": Answer(204)})
    assert flussonic.cut(WATCHER) == "cut, but the server may let it in again until it next asks"


def test_a_session_that_is_gone_had_left(server: WebServer, flussonic: Management) -> None:
    server.answers(
        {
            f"DELETE {SESSIONS}/{SESSION}": as_json({"error": "not_found"}, 404),
            f"GET {SESSIONS}": as_json({"sessions": []}),
            f"POST {SESSIONS}/reauth": Answer(204),
        }
    )
    assert flussonic.cut(WATCHER) == "had left already"


def test_an_older_server_closes_the_session(server: WebServer, flussonic: Management) -> None:
    server.answers({"POST /flussonic/api/close_sessions": Answer(200)})
    assert flussonic.cut(WATCHER) == "cut"
    assert server.asked[-1].body == f"{SESSION}\n".encode()


def test_a_session_without_an_id_is_cut_by_asking_again(
    server: WebServer, flussonic: Management
) -> None:
    server.answers({f"POST {SESSIONS}/reauth": Answer(204)})
    outcome = flussonic.cut(Watcher("ort", None))
    assert outcome == "cut: the server asks again for every viewer of the stream"
    server.answers({})
    with pytest.raises(CannotCut, match="did not tell the session's id"):
        flussonic.cut(Watcher("ort", None))


@pytest.mark.parametrize("session", ["..", "a/b", "a?b", "a b", "a\nb", "ä", "x" * 200])
def test_an_id_that_would_be_another_path_is_not_sent(
    server: WebServer, flussonic: Management, session: str
) -> None:
    with pytest.raises(CannotCut, match="not one that Flussonic gives"):
        flussonic.cut(Watcher("ort", session))
    assert server.asked == []


@pytest.mark.parametrize("status", [401, 403])
def test_a_login_that_may_only_read_can_not_cut(
    server: WebServer, flussonic: Management, status: int
) -> None:
    server.answers({f"DELETE {SESSIONS}/{SESSION}": Answer(status)})
    with pytest.raises(LoginRefused, match=str(status)) as raised:
        flussonic.cut(WATCHER)
    assert "s3cret" not in str(raised.value)


def test_a_failure_to_cut_is_no_success(server: WebServer, flussonic: Management) -> None:
    server.answers({f"DELETE {SESSIONS}/{SESSION}": Answer(500)})
    with pytest.raises(ManagementError, match="with 500"):
        flussonic.cut(WATCHER)
