"""The pages inside of a host's site: its layout, its CSRF protection, no secret key, its policy."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter

import jinja2
import pytest
from flask import Flask

from flask_iptv import users
from tests.hosts.guards import (
    FLASK_WTF,
    FLASK_WTF_RENAMED,
    SEASURF,
    SEASURF_RENAMED,
    Guard,
    ignore_utcnow,
)

from .browser import Browser
from .test_pages import pages

BASE = """\
<!doctype html>
<html lang="en"><head><title>{% block title %}{% endblock %} at Shop</title></head>
<body><header>Hello {{ user }} {{ form }} {{ page }} {{ icon }}</header>
{% block content %}{% endblock %}<footer>The shop</footer></body></html>
"""


@pytest.fixture
def clothed(provider: Flask) -> Flask:
    """The provider in a site whose only template of ours is a layout of one line."""
    loader = jinja2.DictLoader({"base.html": BASE, "iptv/layout.html": '{% extends "base.html" %}'})
    provider.jinja_loader = loader
    return provider


def test_a_layout_of_one_line_dresses_every_page(clothed: Flask) -> None:
    @clothed.context_processor
    def theirs() -> dict[str, str]:
        return {"user": "Ann", "form": "F", "page": "P", "icon": "I"}

    browser = Browser(clothed)
    addresses = pages(clothed, "/tv")
    assert addresses
    sheets: set[str] = set()
    for address in [*addresses, "/tv/admin/users/99", "/tv/admin/users?cursor=x"]:
        page = browser.open(address)
        assert page.wrong == [], address
        assert "Hello Ann F P I" in page.text, "what the host gives its layout is not hidden"
        assert page.text.endswith("The shop"), address
        assert " at Shop" in page.text
        assert "iptv-alone" not in page.html
        sheets.update(link["href"] for link in page.all("link"))
    assert {"pico.min.css", "iptv.css"} <= {sheet.rpartition("/")[2] for sheet in sheets}
    for sheet in sheets:
        assert browser.open(sheet), sheet
        assert browser.status == 200, sheet
    closed = Browser(clothed, login=None)
    assert "The shop" in closed.open("/tv/admin/users").text


def test_our_own_layout_lets_no_foreign_script_in(provider: Flask) -> None:
    browser = Browser(provider)
    for address in pages(provider, "/tv"):
        browser.open(address)
        policy = _policy(browser.answer_headers["Content-Security-Policy"])
        assert policy["default-src"] == "'none'"
        assert policy["script-src"] == policy["style-src"] == "'self'"
        assert policy["frame-ancestors"] == policy["form-action"] == "'self'"
        assert policy["base-uri"] == "'none'"


def test_a_site_with_a_layout_of_its_own_keeps_its_own_policy(clothed: Flask) -> None:
    browser = Browser(clothed)
    browser.open("/tv/admin/users")
    assert "Content-Security-Policy" not in browser.answer_headers


def _policy(header: str) -> dict[str, str]:
    parts = (part.strip().partition(" ") for part in header.split(";"))
    return {name: sources for name, _, sources in parts}


def test_without_a_secret_key_everything_works(make_app: Callable[..., Flask]) -> None:
    browser = Browser(make_app(SECRET_KEY=None))
    page = browser.send(browser.open("/tv/admin/users/new"), name="bob")
    assert "The user was created." in page.text
    page = browser.send(page.form("1/enabled"))
    assert "The user was disabled" in page.text
    assert "Set-Cookie" not in browser.answer_headers


@ignore_utcnow
@pytest.mark.parametrize(
    "guard", [FLASK_WTF, FLASK_WTF_RENAMED, SEASURF, SEASURF_RENAMED], ids=attrgetter("name")
)
def test_forms_carry_the_token_of_the_host(make_app: Callable[..., Flask], guard: Guard) -> None:
    app = make_app()
    guard.put_on(app)
    browser = Browser(app)
    server = browser.open("/tv/admin/servers/new")
    browser.send(server, name="main", url="https://media.example", securetoken_keys="k")
    browser.send(browser.open("/tv/admin/channels/new"), name="ort")
    page = browser.send(browser.open("/tv/admin/packages/new"), name="basic")
    browser.send(page.form("1/channels"), channels=["1"])
    assert browser.status == 200
    browser.send(browser.open("/tv/admin/users/new"), name="bob", packages=["1"])
    assert browser.status == 200
    for address in pages(app, "/tv"):
        page = browser.open(address)
        for form in page.forms:
            tokens = form.named(guard.field)
            assert len(tokens) == (form.method == "post"), address
    page = browser.send(browser.open("/tv/admin/users/1").form("1/enabled"))
    assert "The user was disabled" in page.text
    browser.send(browser.open("/tv/admin/links"), channel="ort")
    browser.send(browser.open("/tv/admin/users/1/token"))
    assert browser.status == 200
    browser.post("/tv/admin/users/1/delete")
    assert browser.status == guard.refusal, "the host asks for its token"
    form = browser.open("/tv/admin/users/1/delete").form()
    browser.headers["Sec-Fetch-Site"] = "cross-site"
    browser.send(form)
    assert browser.status == 403
    with app.app_context():
        assert users.get(1).name == "bob"


def test_templates_ask_for_nothing_that_is_not_there(provider: Flask) -> None:
    provider.jinja_env.undefined = jinja2.StrictUndefined
    browser = Browser(provider)
    for address in [*pages(provider, "/tv"), "/tv/admin/users/99", "/tv/admin/users?q=x&cursor="]:
        assert browser.open(address).wrong == [], address
    browser.send(browser.open("/tv/admin/users/new"), name="")
    assert browser.status == 422


def test_a_link_uses_the_public_address(make_app: Callable[..., Flask], provider: Flask) -> None:
    browser = Browser(make_app(IPTV_PUBLIC_URL="https://tv.example"))
    page = browser.open("/tv/admin/users/1/playlists")
    shown = page.by_id("iptv-playlist-hls")["value"]
    assert shown.startswith("https://tv.example/tv/playlists/bob.m3u?")
    exports = [to for to, _ in page.links if "/playlists/" in to]
    assert all(to.startswith("/tv/playlists/") for to in exports), "we are here already"
    page = browser.open("/tv/admin/servers")
    assert page.by_id("iptv-auth")["value"] == "https://tv.example/tv/auth"
