"""A viewer sees what there is, until when and how to watch it; strangers learn nothing."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask, url_for

from flask_iptv import channels, database, packages, users
from flask_iptv.models import Base, utcnow
from tests.admin.browser import Browser
from tests.admin.page import Page

from .conftest import BOB, EVE, change, watch

PAGES = (BOB, f"{BOB}/new-token", f"{BOB}/devices/1", "/tv/my/nobodys-token")


def test_a_viewer_sees_what_there_is(provider: Flask, viewer: Browser) -> None:
    change(provider, "bob", expires_at=utcnow() + timedelta(days=42, hours=1), max_sessions=2)
    watch(provider, "bob", user_agent="VLC/3.0.20 LibVLC/3.0.20", address="203.0.113.7")
    page = viewer.open(BOB)
    assert (viewer.status, page.wrong) == (200, [])
    for words in (
        "bob", "42 days left", "1 of 2 on", "1 more may watch", "1 channel", "basic", "News",
        "VLC ORT for 34 min · from 203.0.113.7",
    ):  # fmt: skip
        assert words in page.text
    assert "ESPN" not in page.text, "another package's"


@pytest.mark.parametrize("address", PAGES)
def test_no_page_is_indexed_kept_or_told_to_other_sites(
    provider: Flask, viewer: Browser, address: str
) -> None:
    watch(provider, "bob")
    page = viewer.open(address)
    assert page.wrong == []
    headers = viewer.answer_headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Robots-Tag"] == "noindex, nofollow, noarchive"
    assert "noindex, nofollow, noarchive" in [tag.get("content") for tag in page.all("meta")]
    has_form = any(form.method == "post" for form in page.forms)
    assert headers["Referrer-Policy"] == ("same-origin" if has_form else "no-referrer")
    title = page.html.partition("<title>")[2].partition("</title>")[0]
    assert title
    assert "bobs-token" not in title
    assert "Set-Cookie" not in headers


def test_a_page_asks_no_other_site_for_anything(provider: Flask, viewer: Browser) -> None:
    with provider.app_context():
        channels.update(channels.get("ort"), logo="https://logos.example/ort.png")
        database.session().commit()
    page = viewer.open(BOB)
    assert [to for to in page.addresses() if not to.startswith("/tv/")] == []
    assert "logos.example" not in page.html
    assert "img-src 'self' data:;" in viewer.answer_headers["Content-Security-Policy"]
    assert [to for to in page.addresses() if "/admin" in to] == []


def test_playlists_open_and_are_there_for_each_player(viewer: Browser) -> None:
    page = viewer.open(BOB)
    shown = {name: page.by_id(f"iptv-for-{name}")["value"]
             for name in ("vlc", "kodi", "tivimate", "tv", "other")}  # fmt: skip
    assert ".xspf?token=bobs-token&output=hls" in shown["vlc"]
    assert shown["kodi"] == shown["tivimate"] == shown["tv"]
    assert ".m3u?token=bobs-token&output=hls" in shown["kodi"]
    assert "output=mpegts" in shown["other"]
    assert all(
        address.startswith("http://localhost/tv/playlists/bob.") for address in shown.values()
    )
    files = {to for to in page.addresses() if "/playlists/" in to}
    assert len(files) == 3
    for address in (*files, *shown.values()):
        assert "media.example/ort" in viewer.open(address).html
    assert page.html.count('<ol class="iptv-ways">') == 4
    assert page.html.count('<ul class="iptv-ways">') == 1, "of VLC's ways one is enough"
    ways = page.html[page.html.index('="iptv-ways">') : page.html.rindex("</ol>")]
    assert ways.count("<li>") == 16


def test_both_codes_are_drawn_unless_they_are_too_long(provider: Flask, viewer: Browser) -> None:
    codes = [svg for svg in viewer.open(BOB).all("svg") if svg.get("class") == "iptv-qr"]
    assert [code["aria-label"] for code in codes] == [
        "QR code of the playlist",
        "QR code of this page",
    ]
    change(provider, "bob", name="\N{CYRILLIC SMALL LETTER ZHE}" * 200)
    codes = [svg for svg in viewer.open(BOB).all("svg") if svg.get("class") == "iptv-qr"]
    assert [code["aria-label"] for code in codes] == ["QR code of this page"]


def test_addresses_are_the_public_ones(make_app: Callable[..., Flask], provider: Flask) -> None:
    browser = Browser(make_app(IPTV_PUBLIC_URL="https://tv.example"), login=None)
    page = browser.open(BOB)
    assert page.by_id("iptv-for-kodi")["value"].startswith("https://tv.example/tv/playlists/")


@pytest.mark.parametrize(
    "token", ["x", "bobs-toke", "bobs-token2", "BOBS-TOKEN", "bob", "%00", "%ff", "a/b", "жжж", "."]
)
def test_every_wrong_token_is_answered_alike(viewer: Browser, token: str) -> None:
    unknown = viewer.open("/tv/my/never-heard-of")
    headers = viewer.answer_headers
    page = viewer.open(f"/tv/my/{token}")
    assert (viewer.status, page.html) == (404, unknown.html)
    assert viewer.answer_headers == headers
    assert "ask your provider" in page.text


def test_a_token_of_any_sign_has_a_page(provider: Flask, viewer: Browser) -> None:
    token = "a/b&c=d,e#f%41?g"
    change(provider, "bob", key=token)
    with provider.test_request_context():
        address = url_for("iptv.my_page", token=token)
    assert "1 channel" in viewer.open(address).text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"enabled": False}, "Your access is switched off"),
        ({"starts_at": "2999-01-31T10:00Z"}, "It begins on 2999-01-31 10:00 UTC."),
        ({"expires_at": "2020-01-31T10:00Z"}, "It ended on 2020-01-31 10:00 UTC."),
    ],
)
def test_who_may_not_watch_is_told_why_and_what_to_do(
    provider: Flask, viewer: Browser, fields: dict[str, object], words: str
) -> None:
    change(provider, "bob", **fields)
    page = viewer.open(BOB)
    assert (viewer.status, page.wrong) == (200, [])
    assert words in page.text
    assert "ask your provider" in page.text
    assert "/playlists/" not in page.html
    assert "bobs-token" not in page.html
    assert viewer.open(f"{BOB}/new-token").text == page.text


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(days=6, hours=23), "6 days left"),
        (timedelta(days=1, hours=2), "1 day left"),
        (timedelta(hours=5), "Ends within a day"),
    ],
)
def test_who_is_near_the_end_is_warned(
    provider: Flask, viewer: Browser, left: timedelta, words: str
) -> None:
    change(provider, "bob", expires_at=utcnow() + left)
    page = viewer.open(BOB)
    assert words in page.text
    assert "Ask your provider in time to extend it." in page.text
    change(provider, "bob", expires_at=utcnow() + timedelta(days=7, hours=1))
    assert "in time" not in viewer.open(BOB).text
    change(provider, "bob", expires_at=None)
    assert "does not end by itself" in viewer.open(BOB).text


def test_limits_of_place_and_devices_are_told(provider: Flask, viewer: Browser) -> None:
    watch(provider, "bob")
    page = viewer.open(BOB)
    assert "1 of 1 on" in page.text
    assert "One more is refused until you stop one." in page.text
    assert "networks" not in page.text
    change(provider, "bob", allowed_networks=["203.0.113.0/24"])
    assert "only from these networks: 203.0.113.0/24" in viewer.open(BOB).text
    assert "Any number may watch at once" in viewer.open(EVE).text


def test_who_has_no_channel_is_told_to_ask(provider: Flask, viewer: Browser) -> None:
    with provider.app_context():
        packages.update(packages.get("basic"), channels=[])
        database.session().commit()
    page = viewer.open(BOB)
    assert "There are no channels for you yet" in page.text
    assert "/playlists/" not in page.html


def test_what_people_typed_is_never_html(provider: Flask, viewer: Browser) -> None:
    odd = "<script>alert(1)</script>\N{RIGHT-TO-LEFT OVERRIDE}" + "x" * 150
    with provider.app_context():
        channels.update(channels.get("ort"), title=odd, group=odd)
        packages.update(packages.get("basic"), title=odd)
        users.update(users.by_name("bob"), name="<b>&\"'", max_sessions=None)
        database.session().commit()
    session_id = watch(provider, "<b>&\"'", user_agent="<u>VL</u>", address="<i>")
    for address in (BOB, f"{BOB}?q=%3Cscript", f"{BOB}/devices/{session_id}", f"{BOB}/new-token"):
        page = viewer.open(address)
        assert page.wrong == [], address
        assert not {"b", "u", "i"} & {tag for tag, given in page.elements if not given} - {"b"}
        assert all("src" in script for script in page.all("script"))


def test_no_token_is_ever_logged(
    provider: Flask, viewer: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    viewer.open(BOB)
    viewer.open(f"{BOB}x")
    viewer.send(viewer.open(f"{BOB}/new-token"))
    with provider.app_context():
        key = users.by_name("bob").key
    assert key != "bobs-token"
    assert "bobs-token" not in caplog.text
    assert key not in caplog.text


def test_a_database_that_is_away_is_503_in_words(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    with app.app_context():
        Base.metadata.drop_all(database.current().connection())
        database.current().connection().execute(sa.text("DROP TABLE iptv_alembic_version"))
        database.session().commit()
    browser = Browser(app, login=None)
    page: Page = browser.open(BOB)
    assert browser.status == 503
    assert "Please try again in a moment." in page.text
    assert "bobs-token" not in caplog.text + page.html
