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
from flask_iptv.management.icecast import FORMATS
from flask_iptv.mediaservers import icecast as dialect
from tests.management.web_server import Answer, WebServer

MOUNTS = b"""<?xml version="1.0"?>
<icestats><source mount="/espn.mp3"><fallback/><listeners>1</listeners></source>
<source mount="/radio/one"/></icestats>"""
KILL, LIST = "GET /admin/killclient", "GET /admin/listmounts"
NO_MOUNT = Answer(400, b"<b>400 - Source does not exist</b>")
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
    "document",
    [b"<x/>", b"<icestats><source/></icestats>", b'<icestats><source mount="xy"/></icestats>'],
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
        (NO_MOUNT, "had left already"),
        (Answer(404, NO_MOUNT.body), "had left already"),
    ],
)
def test_a_listener_is_killed(
    server: WebServer, icecast: Management, answer: Answer, words: str
) -> None:
    server.answers({KILL: answer, LIST: Answer(200, MOUNTS)})
    assert icecast.cut(WATCHER) == words
    assert server.asked[0].query == {"mount": "/espn.mp3", "id": "7"}
    assert [path for path in server.paths if path == KILL] == [KILL]


@pytest.mark.parametrize("extension", sorted(FORMATS))
def test_a_channel_without_the_format_is_found_among_the_mounts(
    server: WebServer, icecast: Management, extension: str
) -> None:
    mounts = MOUNTS.replace(b"espn.mp3", f"espn.{extension}".encode())
    killed = {f"/espn.{extension}": outcome("1"), "/espn": NO_MOUNT}
    server.answer = lambda asked: (
        Answer(200, mounts) if asked.path == "/admin/listmounts" else killed[asked.query["mount"]]
    )
    assert icecast.cut(Watcher("espn", "7")) == "cut"
    assert server.paths == [KILL, LIST, KILL]
    assert server.asked[-1].query == {"mount": f"/espn.{extension}", "id": "7"}


def test_every_mount_of_the_channel_is_looked_through(
    server: WebServer, icecast: Management
) -> None:
    names = ["espn", "espn.ogg", "espn.mp3", "espn.txt", "espn2.mp3", "a/espn.mp3", "espn.x.mp3"]
    sources = "".join(f'<source mount="/{name}"/>' for name in [*names, " strange"])
    mounts = f"<icestats>{sources}</icestats>".encode()
    server.answers({KILL: outcome("0"), LIST: Answer(200, mounts)})
    assert icecast.cut(Watcher("espn", "7")) == "had left already"
    killed = [asked.query["mount"] for asked in server.asked if asked.query]
    assert killed == ["/espn", "/espn.mp3", "/espn.ogg"]


def test_mounts_that_can_not_be_read_are_no_success(server: WebServer, icecast: Management) -> None:
    server.answers({KILL: NO_MOUNT, LIST: Answer(200, b"<x/>")})
    with pytest.raises(ManagementError, match="list of mounts"):
        icecast.cut(Watcher("espn", "7"))


def test_the_formats_are_those_that_viewers_are_asked_about() -> None:
    assert dialect._FORMATS == FORMATS


@pytest.mark.parametrize(
    "answer",
    [
        *(outcome("2"), outcome(""), Answer(400, b"?"), Answer(404, b"?"), Answer(200, b"<a/>")),
        *(Answer(200), Answer(200, NO_MOUNT.body), Answer(500, NO_MOUNT.body)),
        Answer(200, b"<a><return>1</return></a>"),
    ],
)
def test_a_listener_that_was_not_killed_is_no_success(
    server: WebServer, icecast: Management, answer: Answer
) -> None:
    server.answers({KILL: answer, LIST: Answer(200, MOUNTS)})
    with pytest.raises(ManagementError):
        icecast.cut(WATCHER)


@pytest.mark.parametrize("session", [None, "", "x", "7&mount=/other"])
def test_without_a_number_nobody_is_killed(
    server: WebServer, icecast: Management, session: str | None
) -> None:
    with pytest.raises(CannotCut):
        icecast.cut(Watcher("espn.mp3", session))
    assert server.asked == []
