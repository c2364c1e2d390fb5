"""A check says in sentences what is right with a server, and what to do where it is not."""

from __future__ import annotations

from collections.abc import Callable
from typing import get_args

import pytest

from flask_iptv import servers
from flask_iptv.fetching import Fetcher
from flask_iptv.management import (
    KINDS,
    Access,
    CannotCut,
    Finding,
    Management,
    NotManageable,
    Watcher,
    manage,
)
from tests.fetching.failing import LOOPBACK
from tests.management.web_server import Answer, WebServer, as_json

V3 = "/streamer/api/v3"
NOBODY = f"DELETE {V3}/sessions/00000000-0000-0000-0000-000000000000"
GOOD = {
    f"GET {V3}/streams": as_json(
        {"streams": [{"name": "a", "stats": {"alive": True}}, {"name": "b", "stats": {}}]}
    ),
    f"GET {V3}/sessions": as_json({"sessions": []}),
    NOBODY: Answer(404),
}


def check(management: Management) -> list[tuple[bool | None, str]]:
    """Give the findings, each of which must be one sentence."""
    found = list(management.check())
    for finding in found:
        assert finding.text.endswith(".")
        assert not finding.text[0].islower()
        assert "s3cret" not in finding.text
    return [(finding.ok, finding.text) for finding in found]


def test_a_server_that_is_right(server: WebServer, managed: Callable[[str], Management]) -> None:
    server.answers(GOOD)
    assert check(managed("flussonic")) == [
        (True, f"Flussonic answers at 127.0.0.1:{server.port}."),
        (True, "The management login is accepted."),
        (True, "It has 2 streams, 1 of them alive."),
        (True, "Viewers can be cut."),
    ]


def test_a_login_that_may_not_cut(server: WebServer, managed: Callable[[str], Management]) -> None:
    server.answers({**GOOD, NOBODY: Answer(403)})
    ok, text = check(managed("flussonic"))[-1]
    assert not ok
    assert text.startswith("Viewers can't be cut: Flussonic forbids this (403); give the login")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer(401), "Flussonic refuses the management login (401); correct name and password."),
        (Answer(403), "Flussonic forbids this (403); give the login more rights there, or let"),
        (Answer(302, b"", {"Location": "https://x"}), "Flussonic redirects (302) to another"),
        (Answer(404), "Flussonic answers /flussonic/api/media with 404; is it Flussonic there?"),
        (Answer(200, b"<html>"), "The answer is not JSON."),
        (Answer(500), "Flussonic answers /streamer/api/v3/streams with 500."),
    ],
)
def test_a_server_that_can_not_be_asked(
    server: WebServer, managed: Callable[[str], Management], answer: Answer, words: str
) -> None:
    server.answer = lambda asked: answer
    [(ok, text)] = check(managed("flussonic"))
    assert not ok
    assert text.startswith(words)


def test_a_server_without_streams_or_login(server: WebServer) -> None:
    server.answers({"GET /api/v1/streams": as_json({"code": 0, "streams": []})})
    srs = manage(Access("srs", server.url), Fetcher(LOOPBACK))
    assert check(srs)[1:3] == [
        (True, "It can be asked without a login."),
        (False, "It has no streams; start one there and check again."),
    ]
    server.answer = lambda asked: Answer(401)
    assert check(srs) == [
        (False, "SRS asks for a management login (401); enter name and password.")
    ]


def test_a_server_that_is_not_there(managed: Callable[[str], Management]) -> None:
    with WebServer() as gone:
        url = gone.url
    assert check(manage(Access("srs", url), Fetcher(LOOPBACK))) == [
        (False, f"Nobody listens at {url.removeprefix('http://')}.")
    ]
    [(ok, text)] = check(manage(Access("srs", url), Fetcher()))
    assert not ok
    assert "add it to IPTV_FETCH_NETWORKS" in text


@pytest.mark.parametrize("url", ["http://127.0.0.1/?a=b", "http://127.0.0.1/#c", "ftp://x", ""])
def test_a_management_address_that_is_none(url: str) -> None:
    [(ok, _)] = check(manage(Access("srs", url), Fetcher(LOOPBACK)))
    assert not ok


def test_every_kind_of_server_there_is_is_known() -> None:
    assert set(KINDS) == set(get_args(servers.ServerKind))
    able = {name for name, kind in KINDS.items() if kind.reads_streams and kind.cuts_viewers}
    assert able == {"flussonic", "nginx-rtmp", "srs", "mediamtx", "icecast", "node-media-server"}


@pytest.mark.parametrize("name", ["alta", "astra", "ovenmediaengine", "mistserver", "proxy"])
def test_a_server_without_an_api_says_so(name: str) -> None:
    management = manage(Access(name, "http://127.0.0.1"), Fetcher())
    with pytest.raises(NotManageable, match="can't be asked for its streams"):
        management.streams()
    with pytest.raises(CannotCut, match="can't be told to cut a viewer"):
        management.cut(Watcher("ort", "1"))
    [finding] = management.check()
    assert isinstance(finding, Finding)
    assert KINDS[name].program in finding.text


def test_a_kind_that_nobody_knows_is_refused_with_those_there_are() -> None:
    with pytest.raises(NotManageable, match="no kind of media server 'wowza'; there are flussonic"):
        manage(Access("wowza", "http://127.0.0.1"), Fetcher())


def test_a_password_is_not_shown() -> None:
    assert "s3cret" not in repr(Access("srs", "http://127.0.0.1", "admin", "s3cret"))
