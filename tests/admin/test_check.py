"""The page that checks a server, and what the pages of servers tell about each."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import pytest
from flask import Flask

from flask_iptv import database, servers
from flask_iptv.admin.own_endpoint import OwnEndpoint
from flask_iptv.checking import check_endpoint
from flask_iptv.fetching import Patience
from flask_iptv.management import KINDS
from tests.conftest import furnish
from tests.fetching.failing import saying
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
        assert "Nothing wrong was found" in page.text
        assert " /tv/auth refuses a made-up token" in page.text
        assert f"{url}/tv/auth refuses a made-up token" in page.text
        assert page.wrong == []
        web.answer = lambda asked: as_json({}, 401)
        page = browser.send(page.form("/check"))
        moments = count(step=1.5)
        pages.extensions["iptv"].clock = lambda: next(moments)
        slow = browser.send(browser.open(PAGE).form("/check"))
    assert slow.text.count("The answer took 1.5 seconds: media servers wait for") == 2
    assert "One thing to look at" in page.text
    assert "Wrong: Flussonic asks for a management login (401)" in page.text


def checked(app: Flask, host: str = "localhost") -> str:
    """Check the small provider's server on its page, and give the page's text."""
    with app.app_context():
        furnish()
        database.session().commit()
    browser = Browser(app)
    browser.headers["Host"] = host
    return browser.send(browser.open(PAGE).form("/check")).text


def test_a_page_asks_no_private_address_that_is_not_allowed(make_app: Callable[..., Flask]) -> None:
    with WebServer() as web:
        text = checked(make_app(IPTV_SESSION_STORE="sql:", IPTV_PUBLIC_URL=web.url))
        assert web.asked == []
    assert "127.0.0.1 is a private address" in text
    assert "flask iptv check main" in text


def test_the_host_of_a_request_is_asked_nothing(make_app: Callable[..., Flask]) -> None:
    app = make_app(
        IPTV_FETCH_NETWORKS="127.0.0.0/8", IPTV_AUTH_SECRET="geheim", IPTV_SESSION_STORE="sql:"
    )
    with WebServer() as web:
        text = checked(app, f"127.0.0.1:{web.port}")
        assert web.asked == []
    assert "geheim" not in text
    assert "/tv/auth refuses a made-up token as it should" in text
    assert "Type on the server's machine or this one: flask iptv check main --auth-url" in text
    assert "Nothing wrong was found, and 2 things could not be checked" in text
    assert text.count("Not checked:") == 2
    assert "asks the site from outside" not in text


def test_a_site_that_waits_for_itself_is_told(
    make_app: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flask_iptv.admin.servers._PATIENCE", Patience(read=0.1))
    with saying(for_ever=b"") as url:
        site = url.partition("/?")[0]
        app = make_app(
            IPTV_FETCH_NETWORKS="127.0.0.0/8", IPTV_SESSION_STORE="sql:", IPTV_PUBLIC_URL=site
        )
        text = checked(app)
    assert " /tv/auth refuses a made-up token as it should" in text
    assert f"{site}/tv/auth can't be asked: the server took longer than 0.1 seconds" in text
    assert "A site with a single worker can't answer" in text


@pytest.mark.parametrize("rules", [[], ["allow default"]])
@pytest.mark.parametrize("kind", KINDS)
def test_the_endpoint_inside_is_asked_as_every_kind_of_server_asks(
    make_app: Callable[..., Flask], kind: servers.ServerKind, rules: list[str]
) -> None:
    app = make_app(
        IPTV_AUTH_SECRET="geheim", IPTV_AUTH_NETWORKS="203.0.113.0/24", IPTV_AUTH_RULES=rules
    )
    with app.app_context():
        (found,) = check_endpoint(
            kind, "/tv/auth?a=b", OwnEndpoint(kind), secret="geheim", clock=lambda: 0.0
        )
    assert found.ok == (not rules), found.text
    words = "lets in whoever brings any token" if rules else "refuses a made-up token as it should"
    assert found.text.startswith(f"/tv/auth {words}")


def test_a_forgotten_password_is_told(app: Flask) -> None:
    with app.app_context():
        servers.update(servers.get("main"), api_url="http://10.0.0.5", api_password="geheim")
        database.session().commit()
    browser = Browser(app)
    page = browser.send(browser.open(PAGE), title="M")
    assert "The server was saved." in page.text
    assert "forgotten, since" not in page.text
    page = browser.send(page, api_url="http://10.0.0.6")
    assert "The password of its API was forgotten, since" in page.text


@pytest.mark.parametrize(
    ("kind", "api_url", "path", "words"),
    [
        ("flussonic", "https://api.example", "/tv/auth", "Flussonic asks at …/auth At once"),
        ("srs", "", "/tv/auth/srs", "SRS asks at …/auth/srs Next question API address missing"),
        ("proxy", "", "/tv/auth", "Traefik asks at …/auth Next question can't be told"),
    ],
)
def test_the_pages_tell_the_program_where_it_asks_and_whether_it_can_cut(
    app: Flask, kind: servers.ServerKind, api_url: str, path: str, words: str
) -> None:
    with app.app_context():
        servers.update(servers.get("main"), kind=kind, api_url=api_url or None)
        database.session().commit()
    browser = Browser(app)
    assert words in browser.open("/tv/admin/servers").text
    assert browser.open(PAGE).by_id("iptv-auth")["value"] == f"http://localhost{path}"
