"""``flask iptv channels sync``: from a real HTTP server, a playlist on the web, a file, a pipe."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from flask_iptv import channels, database, servers
from tests.cli.runner import iptv, refusal
from tests.conftest import furnish
from tests.management.web_server import Answer, WebServer, as_json

M3U = "#EXTM3U\n#EXTINF:-1,ORT HD\nhttps://x.example/ort/mpegts\n"


@pytest.fixture
def web() -> Iterator[WebServer]:
    """A media server's API that has the stream ``ort`` and three others."""
    with WebServer() as web:
        streams = [{"name": "ort", "title": "ORT HD"}, *({"name": f"s{i}"} for i in range(3))]
        web.answers({"GET /streamer/api/v3/streams": as_json({"streams": streams})})
        yield web


@pytest.fixture
def app(make_app: Callable[..., Flask], web: WebServer) -> Flask:
    """The small provider, whose server has an API."""
    app = make_app(IPTV_FETCH_NETWORKS="127.0.0.0/8")
    with app.app_context():
        furnish()
        servers.update(servers.get("main"), api_url=web.url, api_username="a", api_password="pw")
        servers.create(name="edge", url="https://edge.example")
        database.session().commit()
    return app


def names(app: Flask) -> set[str]:
    with app.app_context():
        return {channel.name for channel in channels.page().items}


def title(app: Flask, name: str) -> str:
    with app.app_context():
        return channels.get(name).title


def test_a_dry_run_tells_and_keeps_nothing(app: Flask) -> None:
    before = names(app)
    result = iptv(app, "channels", "sync", "main", "--dry-run")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == (
        "Added: s0, s1, s2\n"
        "Kept as edited by hand: ort (title)\n"
        "Channels: 3 added, 0 changed, 0 disabled, 1 unchanged.\n"
        "This was a dry run: nothing was saved.\n"
    )
    assert names(app) == before


def test_streams_of_the_api_are_taken_over(app: Flask, web: WebServer) -> None:
    assert iptv(app, "channels", "sync", "main").exit_code == 0
    assert names(app) == {"ort", "sport/espn hd", "s0", "s1", "s2"}
    assert web.asked[0].login == "a:pw"
    web.answers({"GET /streamer/api/v3/streams": as_json({"streams": [
        {"name": "s0", "title": "Zero", "position": 4}]})})  # fmt: skip
    result = iptv(app, "channels", "sync", "main")
    assert result.stdout == (
        "Changed s0: title: s0 → Zero, number: - → 4\n"
        "Disabled, the server has them no more: s1, s2\n"
        "Channels: 0 added, 1 changed, 2 disabled, 0 unchanged.\n"
    )


def test_a_server_that_lists_only_what_is_live_disables_nothing(app: Flask, web: WebServer) -> None:
    with app.app_context():
        servers.update(servers.get("main"), kind="mediamtx")
        database.session().commit()

    def live(*names: str) -> None:
        items = [{"name": name, "ready": True} for name in names]
        web.answers({"GET /v3/paths/list": as_json({"pageCount": 1, "items": items})})

    live("cnn", "bbc")
    iptv(app, "channels", "sync", "main")
    live("cnn")
    assert iptv(app, "channels", "sync", "main").stdout == (
        "Channels: 0 added, 0 changed, 0 disabled, 1 unchanged.\n"
        "MediaMTX lists only what is live at the moment, so no channel is disabled.\n"
    )
    with app.app_context():
        assert channels.get("bbc").enabled
    playlist = M3U.replace("/ort/", "/cnn/")
    result = iptv(app, "channels", "sync", "main", "--m3u", "-", typed=playlist)
    assert "Disabled, the server has them no more: bbc\n" in result.stdout


def test_taken_names_are_told(app: Flask) -> None:
    with app.app_context():
        channels.create(name="s1", server="edge")
        database.session().commit()
    result = iptv(app, "channels", "sync", "main")
    assert "Left out, other servers have channels of these names: s1 (on edge)\n" in result.stdout


def test_json_has_all_of_it(app: Flask) -> None:
    iptv(app, "channels", "sync", "edge", "--m3u", "-", typed=M3U.replace("/ort/", "/cnn/"))
    result = iptv(app, "channels", "sync", "edge", "--m3u", "-", "--json", typed=M3U.replace(
        "/ort/", "/cnn/").replace("ORT HD", "CNN"))  # fmt: skip
    assert json.loads(result.stdout) == {
        "server": "edge", "dry_run": False, "added": [], "disabled": [], "kept": [], "taken": [],
        "unchanged": 0, "note": None,
        "changed": [{"name": "cnn", "fields": [{"field": "title", "old": "ORT HD", "new": "CNN"}]}],
    }  # fmt: skip


def test_a_playlist_is_read_from_a_file_a_pipe_and_the_web(
    app: Flask, web: WebServer, tmp_path: Path
) -> None:
    def served(text: str) -> str:
        web.answers({"GET /list.m3u": Answer(200, text.encode())})
        return f"{web.url}/list.m3u"

    file = tmp_path / "list.m3u"
    file.write_text(M3U.replace("ort", "one"))
    iptv(app, "channels", "sync", "main", "--m3u", str(file))
    iptv(app, "channels", "sync", "main", "--m3u", "-", typed=M3U.replace("ort", "two"))
    iptv(app, "channels", "sync", "main", "--m3u", served(M3U.replace("ort", "three")))
    assert {"one", "two", "three"} <= names(app)
    assert web.asked[-1].login is None
    assert title(app, "three") == "ORT HD"


def refuse(app: Flask, *words: str, typed: str | None = None) -> str:
    """Run a sync that must be refused in one line and must change nothing."""
    before = names(app)
    said = refusal(iptv(app, "channels", "sync", *words, typed=typed))
    assert names(app) == before
    assert said.count("\n") == 1
    return said


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer(200, b"<html>"), "the answer is not JSON"),
        (as_json({"streams": "many"}), "has no 'streams' of the right type"),
        (as_json({"streams": [{"name": "a"}, {"name": ".."}]}), "'..'"),
        (as_json({"streams": []}), "no stream at all was told of"),
        (Answer(401), "refuses the management login (401)"),
        (Answer(500), "with 500"),
        (Answer(302, headers={"Location": "http://127.0.0.1:1/"}), "redirects (302)"),
    ],
)
def test_an_api_that_answers_rubbish_changes_nothing(
    app: Flask, web: WebServer, answer: Answer, words: str
) -> None:
    web.answer = lambda asked: answer
    assert words in refuse(app, "main")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer(200, b"<html>"), "this is not an m3u playlist"),
        (Answer(200, b""), "the playlist is empty"),
        (Answer(200, b"#EXTM3U\n"), "no stream at all was told of"),
        (Answer(404), "answers with 404 and no playlist"),
        (Answer(302), "answers with 302 and no playlist; give the address that it leads to"),
    ],
)
def test_a_playlist_that_is_none_changes_nothing(
    app: Flask, web: WebServer, answer: Answer, words: str
) -> None:
    web.answer = lambda asked: answer
    assert words in refuse(app, "main", "--m3u", f"{web.url}/list.m3u?token=geheim")


def test_addresses_in_private_networks_are_not_fetched(make_app: Callable[..., Flask]) -> None:
    app = make_app()
    with app.app_context():
        furnish()
        database.session().commit()
    said = refuse(app, "main", "--m3u", "http://127.0.0.1:1/list.m3u?token=geheim")
    assert "IPTV_FETCH_NETWORKS" in said
    assert "geheim" not in said


def test_servers_without_an_api_say_what_to_do(app: Flask) -> None:
    assert "has no address of its management API; enter it" in refuse(app, "edge")
    with app.app_context():
        servers.update(servers.get("edge"), kind="astra")
        database.session().commit()
    assert "Cesbo Astra can't be asked for its streams; give an m3u" in refuse(app, "edge")
    assert "there is no server 'nobody'" in refuse(app, "nobody")


def test_a_file_that_is_not_there_was_typed_wrongly(app: Flask) -> None:
    result = iptv(app, "channels", "sync", "main", "--m3u", "no-such-file.m3u")
    assert result.exit_code == 2
    assert "No such file" in result.stderr


def test_progress_is_shown_on_a_terminal(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "click.testing._NamedTextIOWrapper.isatty", lambda self: True, raising=False
    )
    result = iptv(app, "channels", "sync", "main", "--dry-run")
    assert "Reading" in result.stderr
    assert result.stdout.endswith("1 unchanged.\nThis was a dry run: nothing was saved.\n")
