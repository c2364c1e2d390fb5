"""Icecast: its mounts for its admin, and a listener killed by its number."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from flask_iptv.management import (
    CannotCut,
    Management,
    ManagementError,
    Stream,
    Watcher,
)
from tests.management.web_server import Answer, WebServer

MOUNTS = b"""<?xml version="1.0"?>
<icestats><source mount="/espn.mp3"><fallback/><listeners>1</listeners></source>
<source mount="/radio/one"/></icestats>"""
KILL = "GET /admin/killclient"
WATCHER = Watcher("espn.mp3", "7")


def outcome(number: str) -> Answer:
    text = f"<iceresponse><message>Client 7</message><return>{number}</return></iceresponse>"
    return Answer(200, b'<?xml version="1.0"?>\n' + text.encode())


@pytest.fixture
def icecast(managed: Callable[[str], Management]) -> Management:
    return managed("icecast")


def test_the_admin_sees_the_mounts(server: WebServer, icecast: Management) -> None:
    server.answers({"GET /admin/listmounts": Answer(200, MOUNTS)})
    assert list(icecast.streams()) == [
        Stream("espn.mp3", alive=True),
        Stream("radio/one", alive=True),
    ]
    assert server.asked[0].login == "admin:s3cret"


@pytest.mark.parametrize(
    "document", [b"<x/>", b"<icestats><source/></icestats>", b'<icestats><source mount="x"/></i>']
)
def test_a_list_of_mounts_that_is_none_is_an_error(
    server: WebServer, icecast: Management, document: bytes
) -> None:
    server.answers({"GET /admin/listmounts": Answer(200, document)})
    with pytest.raises(ManagementError):
        list(icecast.streams())


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (outcome("1"), "cut"),
        (outcome("0"), "had left already"),
        (Answer(400, b"<b>400 - Source does not exist</b>"), "had left already"),
    ],
)
def test_a_listener_is_killed(
    server: WebServer, icecast: Management, answer: Answer, words: str
) -> None:
    server.answers({KILL: answer})
    assert icecast.cut(WATCHER) == words
    assert server.asked[0].query == {"mount": "/espn.mp3", "id": "7"}


@pytest.mark.parametrize(
    "answer", [outcome("2"), outcome(""), Answer(400, b"?"), Answer(200, b"<a/>"), Answer(200)]
)
def test_a_listener_that_was_not_killed_is_no_success(
    server: WebServer, icecast: Management, answer: Answer
) -> None:
    server.answers({KILL: answer})
    with pytest.raises(ManagementError):
        icecast.cut(WATCHER)


@pytest.mark.parametrize("session", [None, "", "x", "7&mount=/other"])
def test_without_a_number_nobody_is_killed(
    server: WebServer, icecast: Management, session: str | None
) -> None:
    with pytest.raises(CannotCut):
        icecast.cut(Watcher("espn.mp3", session))
    assert server.asked == []
