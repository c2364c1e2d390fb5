"""The page that syncs a server's channels: it looks first, and changes nothing until told to."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from flask_iptv import channels, database, servers
from tests.conftest import furnish
from tests.management.web_server import Answer, WebServer, as_json
from tests.statements import statements

from .browser import Browser

PAGE = "/tv/admin/servers/1/sync"
STREAMS = "GET /streamer/api/v3/streams"


@pytest.fixture
def web() -> Iterator[WebServer]:
    """A media server's API with the streams ``ort`` and ``cnn``."""
    with WebServer() as web:
        streams = [{"name": "ort", "title": "ORT HD", "position": 3}, {"name": "<b>cnn"}]
        web.answers({STREAMS: as_json({"streams": streams})})
        yield web


@pytest.fixture
def app(make_app: Callable[..., Flask], web: WebServer) -> Flask:
    """The small provider, whose server has an API."""
    app = make_app(IPTV_FETCH_NETWORKS="127.0.0.0/8", IPTV_SESSION_STORE="sql:")
    with app.app_context():
        furnish()
        servers.update(servers.get("main"), api_url=web.url)
        database.session().commit()
    return app


def names(app: Flask) -> set[str]:
    with app.app_context():
        return {channel.name for channel in channels.page().items}


def test_looking_shows_what_would_be_done_and_doing_it_does(app: Flask, web: WebServer) -> None:
    browser = Browser(app)
    page = browser.open(browser.open("/tv/admin/servers/1").link("Sync channels"))
    assert web.asked == [], "a GET asks nobody"
    page = browser.send(page.form("/sync"))
    assert browser.status == 200
    assert page.wrong == []
    assert "This would be done" in page.text
    assert "New 1 <b>cnn" in page.text
    assert "Edited by hand 1" in page.text
    assert "ort title, number" in page.text
    assert names(app) == {"ort", "sport/espn hd"}
    page = browser.send(page.form("/sync/now"))
    assert "The channels of this server are now what it has." in page.text
    assert browser.address.endswith("&server=main")
    assert names(app) == {"ort", "sport/espn hd", "<b>cnn"}


def test_changes_are_shown_with_old_and_new(app: Flask, web: WebServer) -> None:
    browser = Browser(app)
    browser.send(browser.send(browser.open(PAGE).form("/sync")).form("/sync/now"))
    web.answers({STREAMS: as_json({"streams": [{"name": "ort", "title": "x"}]})})
    page = browser.send(browser.open(PAGE).form("/sync"))
    assert "Disabled 1 The server has these no more." in page.text
    web.answers({STREAMS: as_json({"streams": [{"name": "<b>cnn", "title": "CNN"}]})})
    page = browser.send(browser.open(PAGE).form("/sync"))
    assert "Changed 1 <b>cnn title: <b>cnn → CNN" in page.text
    assert page.wrong == []


def test_a_server_that_lists_only_what_is_live_disables_nothing(app: Flask, web: WebServer) -> None:
    with app.app_context():
        servers.update(servers.get("main"), kind="icecast")
        gone = channels.create(name="x", server="main")
        gone.synced = {"server_id": servers.get("main").id, "enabled": True}
        database.session().commit()
    mounts = b'<icestats><source mount="/ort"/></icestats>'
    web.answers({"GET /admin/listmounts": Answer(200, mounts)})
    words = "Icecast lists only what is live at the moment, so no channel is disabled."
    browser = Browser(app)
    page = browser.open(PAGE)
    assert "a channel that is missing in a playlist is disabled." in page.text
    page = browser.send(page.form("/sync"))
    assert words in page.text
    assert "Disabled" not in page.text
    m3u = b"#EXTM3U\n#EXTINF:-1,BBC\nhttps://x.example/bbc/mpegts\n"
    web.answers({"GET /list.m3u": Answer(200, m3u)})
    page = browser.send(browser.open(PAGE).form("/sync"), m3u=f"{web.url}/list.m3u")
    assert "Disabled 1" in page.text
    assert words not in page.text


def test_nothing_to_do_offers_nothing(app: Flask) -> None:
    browser = Browser(app)
    browser.send(browser.send(browser.open(PAGE).form("/sync")).form("/sync/now"))
    page = browser.send(browser.open(PAGE).form("/sync"))
    assert "Nothing is to be done 2 channels would stay as they are." in page.text
    assert [form for form in page.forms if form.address.endswith("/now")] == []


def test_a_playlist_is_looked_at_and_taken(app: Flask, web: WebServer) -> None:
    m3u = b"#EXTM3U\n#EXTINF:-1,BBC\nhttps://x.example/bbc/mpegts\n"
    web.answers({"GET /list.m3u": Answer(200, m3u)})
    browser = Browser(app)
    page = browser.send(browser.open(PAGE).form("/sync"), m3u=f" {web.url}/list.m3u?token=T ")
    assert "New 1 bbc" in page.text
    browser.send(page.form("/sync/now"))
    assert "bbc" in names(app)
    assert web.asked[-1].query == {"token": "T"}


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer(200, b"rubbish"), "The answer is not JSON."),
        (Answer(500), "with 500"),
        (as_json({"streams": []}), "No stream at all was told of"),
        (as_json({"streams": [{"name": "\\"}]}), "which no channel can have"),
    ],
)
def test_what_can_not_be_used_is_told_and_changes_nothing(
    app: Flask, web: WebServer, answer: Answer, words: str
) -> None:
    web.answer = lambda asked: answer
    browser = Browser(app)
    for address in (PAGE, f"{PAGE}/now"):
        page = browser.post(address, m3u="")
        assert browser.status == 422
        assert words in page.text
        assert page.wrong == []
        assert names(app) == {"ort", "sport/espn hd"}


def test_a_wrong_address_stays_in_its_field_with_what_is_wrong(app: Flask) -> None:
    browser = Browser(app)
    typed = "http://10.0.0.1/list.m3u"
    page = browser.send(browser.open(PAGE).form("/sync"), m3u=typed)
    assert browser.status == 422
    assert page.form("/sync").value("m3u") == typed
    assert page.by_id("iptv-m3u")["aria-invalid"] == "true"
    assert "add it to IPTV_FETCH_NETWORKS" in page.text


@pytest.mark.parametrize(
    ("kind", "words"),
    [("srs", "the server's API is not entered"), ("proxy", "can't be asked for its streams")],
)
def test_a_server_that_can_not_be_read_is_told_beforehand(
    app: Flask, kind: servers.ServerKind, words: str
) -> None:
    with app.app_context():
        servers.update(servers.get("main"), kind=kind, api_url=None)
        database.session().commit()
    browser = Browser(app)
    assert words in browser.open(PAGE).text
    browser.send(browser.open(PAGE).form("/sync"))
    assert browser.status == 422


def test_thousands_of_streams_are_counted_and_not_all_named(app: Flask, web: WebServer) -> None:
    many = [{"name": f"s{number}"} for number in range(1000)]
    web.answers({STREAMS: as_json({"streams": many})})
    browser = Browser(app)
    with statements() as sent:
        page = browser.send(browser.open(PAGE).form("/sync"))
    assert "New 1,000" in page.text
    assert "and 800 more" in page.text
    assert len(sent) < 20


def test_another_sites_page_can_not_sync(app: Flask, web: WebServer) -> None:
    browser = Browser(app)
    browser.headers["Sec-Fetch-Site"] = "cross-site"
    for address in (PAGE, f"{PAGE}/now", "/tv/admin/servers/1/check", "/tv/admin/explain"):
        browser.post(address)
        assert browser.status == 403
    assert web.asked == []
