"""The page that checks a server, and what the pages of servers tell about each."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from flask_iptv import database, servers
from tests.conftest import furnish
from tests.management.web_server import WebServer, as_json
from tests.real.site import serve

from .browser import Browser

PAGE = "/tv/admin/servers/1"


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    """The small provider."""
    app = make_app(IPTV_FETCH_NETWORKS="127.0.0.0/8", IPTV_SESSION_STORE="sql:")
    with app.app_context():
        furnish()
        database.session().commit()
    return app


def test_a_check_asks_the_server_and_this_site(make_app: Callable[..., Flask], app: Flask) -> None:
    with WebServer() as web, serve(app) as url:
        web.answer = lambda asked: as_json({"streams": [{"name": "ort"}]})
        with app.app_context():
            servers.update(servers.get("main"), api_url=web.url)
            database.session().commit()
        pages = make_app(
            IPTV_FETCH_NETWORKS="127.0.0.0/8", IPTV_PUBLIC_URL=url, IPTV_SESSION_STORE="sql:"
        )
        browser = Browser(pages)
        opened = browser.open(f"{PAGE}/check")
        assert web.asked == [], "a GET asks nobody"
        assert "Is everything set up?" in opened.text
        page = browser.send(browser.open(PAGE).form("/check"))
        assert browser.status == 200
        assert "Everything is fine" in page.text
        assert f"{url}/tv/auth refuses a made-up token" in page.text
        assert page.wrong == []
        web.answer = lambda asked: as_json({}, 401)
        page = browser.send(page.form("/check"))
    assert "1 thing to look at" in page.text
    assert "Wrong: Flussonic asks for a management login (401)" in page.text


def test_a_page_asks_no_private_address_that_is_not_allowed(make_app: Callable[..., Flask]) -> None:
    app = make_app(IPTV_SESSION_STORE="sql:")
    with app.app_context():
        furnish()
        database.session().commit()
    with WebServer() as web:
        browser = Browser(app)
        browser.headers["Host"] = f"127.0.0.1:{web.port}"
        page = browser.send(browser.open(PAGE).form("/check"))
        assert web.asked == []
    assert "is a private address" in page.text
    assert "flask iptv check main" in page.text


@pytest.mark.parametrize(
    ("kind", "api_url", "path", "words"),
    [
        ("flussonic", "https://api.example", "/tv/auth", "Flussonic asks at …/auth At once"),
        ("srs", "", "/tv/auth/srs", "SRS asks at …/auth/srs Next question API address missing"),
        ("proxy", "", "/tv/auth", "Traefik asks at …/auth Next question can't be told"),
    ],
)
def test_the_pages_tell_the_program_where_it_asks_and_whether_it_can_cut(
    app: Flask, kind: str, api_url: str, path: str, words: str
) -> None:
    with app.app_context():
        servers.update(servers.get("main"), kind=kind, api_url=api_url)
        database.session().commit()
    browser = Browser(app)
    assert words in browser.open("/tv/admin/servers").text
    assert browser.open(PAGE).by_id("iptv-auth")["value"] == f"http://localhost{path}"
