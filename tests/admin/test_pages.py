"""Every page shows, is sound HTML, and leads only to pages of its own mount."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from flask_iptv import IPTV, database, users
from flask_iptv.models import Session, utcnow

from .browser import Browser

#: What is only posted to.
POSTED = {"enabled", "cut", "place", "change", "group"}
PREFIXES = ("/tv", "/tv2")


@pytest.fixture
def two_mounts(make_app: Callable[..., Flask], provider: Flask, tmp_path: Path) -> Flask:
    """The small provider with a second mount, somebody watching, and awkward names."""
    app = make_app(IPTV_SECURETOKEN_KEYS="a key", IPTV_SESSION_STORE="sql:")
    app.register_blueprint(IPTV(name="iptv2"), url_prefix="/tv2")
    with app.app_context():
        now = utcnow()
        users.create(name="<b>&\"'", comment="</textarea>", email='"<i>"@x', key="the-token")
        lasting = {"opened_at": now, "seen_at": now, "expires_at": now + timedelta(days=1)}
        session = Session(device="d", user_id=1, channel_id=1, user_agent="<u>Box", **lasting)
        database.session().add_all([session, Session(device="e", channel_id=2, **lasting)])
        database.session().commit()
    return app


def pages(app: Flask, prefix: str) -> list[str]:
    """Give the address of every page, those about one record with that of the first."""
    mine = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith(f"{prefix}/admin/")]
    addresses = []
    for rule in mine:
        if "GET" in (rule.methods or ()):
            values = dict.fromkeys(rule.arguments, 1)
            _, address = rule.build(values) or ("", "")
            addresses.append(address)
    return addresses


@pytest.mark.parametrize("prefix", PREFIXES)
def test_every_page_shows_and_stays_in_its_mount(two_mounts: Flask, prefix: str) -> None:
    browser = Browser(two_mounts)
    addresses = pages(two_mounts, prefix)
    assert len(addresses) == 34
    for address in addresses:
        page = browser.open(address)
        assert browser.status == 200, address
        assert page.wrong == [], address
        assert page.all("title"), address
        leads = [to for to in page.addresses() if not to.startswith(f"{prefix}/")]
        assert leads == [], address


def test_every_link_leads_somewhere(two_mounts: Flask) -> None:
    browser = Browser(two_mounts)
    seen = {"/tv/admin/"}
    waiting = ["/tv/admin/"]
    while waiting:
        address = waiting.pop()
        page = browser.open(address)
        assert browser.status == 200, address
        fresh = {to.partition("#")[0] for to in page.addresses()} - seen
        seen |= fresh
        waiting += [to for to in fresh if "/admin/" in to and not to.endswith("/enabled")]
        waiting = [to for to in waiting if not POSTED & set(to.partition("?")[0].split("/"))]
        for other in fresh - set(waiting):
            if "/static/" in other or "/playlists/" in other:
                browser.open(other)
                assert browser.status == 200, other
    assert len(seen) > 60


def test_what_people_typed_is_never_html(two_mounts: Flask) -> None:
    browser = Browser(two_mounts)
    for address in ("/tv/admin/users", "/tv/admin/users/3", "/tv/admin/users/3/delete"):
        page = browser.open(address)
        assert "<b>&" not in page.html
        assert "<b>&\"'" in page.text
    assert "<u>Box" in browser.open("/tv/admin/sessions").text
    assert browser.open("/tv/admin/users/3").form().value("comment") == "</textarea>"


def test_pages_about_nothing_are_not_found(browser: Browser) -> None:
    for noun in ("users", "channels", "packages", "servers"):
        for address in (f"{noun}/1", f"{noun}/{2**40}", f"{noun}/{'9' * 60}", f"{noun}/1/delete"):
            page = browser.open(f"/tv/admin/{address}")
            assert browser.status == 404, address
            assert f"There is no {noun[:-1]}" in page.text
            assert page.wrong == []
        browser.post(f"/tv/admin/{noun}/1/delete")
        assert browser.status == 404


def test_an_empty_site_says_everywhere_what_to_do_next(browser: Browser) -> None:
    for noun, words in {
        "users": "Create the first user",
        "channels": "Create the first channel",
        "packages": "Create the first package",
        "servers": "Add the first server",
    }.items():
        page = browser.open(f"/tv/admin/{noun}")
        assert page.link(words) == f"/tv/admin/{noun}/new"
        assert page.wrong == []
    assert "Nobody is watching" in browser.open("/tv/admin/sessions").text
    assert "Create a channel first" in browser.open("/tv/admin/links").text
    assert "Add a server first" in browser.open("/tv/admin/channels/new").text
    assert "Its channels are ticked" in browser.open("/tv/admin/packages/new").text
    assert "no packages yet" in browser.open("/tv/admin/users/new").text


def test_the_start_page_leads_from_nothing_to_a_user(provider: Flask, browser: Browser) -> None:
    done = browser.open("/tv/admin/")
    assert "Getting started" not in done.text
    assert {"2 users", "2 channels", "1 package", "1 server"} <= {words for _, words in done.links}


def test_the_start_page_of_an_empty_site_names_the_steps(browser: Browser) -> None:
    page = browser.open("/tv/admin/")
    steps = [words for address, words in page.links if address.endswith("/new")]
    assert steps == ["New server", "New channel", "New package", "New user"]
    browser.send(browser.open(page.link("New server")), name="main", url="https://media.example")
    page = browser.open("/tv/admin/")
    assert "Add a media server (done)" in page.text
    assert "1 server" in page.text


def test_addresses_without_their_slash_are_found(browser: Browser) -> None:
    page = browser.open("/tv/admin")
    assert browser.status == 200
    assert "Overview" in page.text
