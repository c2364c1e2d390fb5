"""A viewer sees the devices that are on, and may stop one of them, but nobody else's."""

from __future__ import annotations

import pytest
from flask import Flask

from flask_iptv import sessions
from flask_iptv.errors import Unavailable
from flask_iptv.models import utcnow
from tests.admin.browser import Browser

from .conftest import BOB, EVE, watch


def open_sessions(app: Flask) -> list[int]:
    with app.app_context():
        return [session.id for session in sessions.page(now=utcnow()).items]


def test_a_device_is_stopped_after_a_question(provider: Flask, viewer: Browser) -> None:
    television = watch(provider, "bob", user_agent="Mozilla/5.0 (SMART-TV; Tizen 5.0)")
    others = watch(provider, "eve", user_agent="Kodi/21")
    page = viewer.open(BOB)
    page = viewer.open(page.link("Stop…"))
    assert "Samsung TV is watching ORT." in page.text
    assert open_sessions(provider) == [television, others]
    page = viewer.send(page)
    assert viewer.status == 200
    assert "That device was told to stop." in page.text
    assert "Samsung" not in page.text
    assert open_sessions(provider) == [others]


def test_a_second_click_says_that_it_has_stopped(provider: Flask, viewer: Browser) -> None:
    watch(provider, "bob")
    question = viewer.open(f"{BOB}/devices/1")
    viewer.send(question)
    page = viewer.send(question)
    assert viewer.status == 200
    assert "That device has stopped watching already." in page.text
    viewer.open(f"{BOB}/devices/1")
    assert (viewer.status, viewer.address) == (200, BOB)


def test_nobody_elses_device_can_be_stopped_or_seen(provider: Flask, viewer: Browser) -> None:
    others = watch(provider, "eve", user_agent="Kodi/21", address="203.0.113.9")
    address = f"{BOB}/devices/{others}"
    assert "Kodi/21" not in viewer.open(address).html
    assert viewer.address == BOB
    viewer.post(address)
    viewer.post(f"/tv/my/nobodys-token/devices/{others}")
    assert viewer.status == 404
    assert open_sessions(provider) == [others]
    assert "203.0.113.9" in viewer.open(EVE).text


def test_another_sites_page_stops_nothing(provider: Flask, viewer: Browser) -> None:
    mine = watch(provider, "bob")
    viewer.headers["Sec-Fetch-Site"] = "cross-site"
    page = viewer.post(f"{BOB}/devices/{mine}")
    assert viewer.status == 403
    assert "This was refused. Nothing was changed." in page.text
    assert open_sessions(provider) == [mine]


def test_a_browser_that_tells_only_the_origin_is_believed(provider: Flask, viewer: Browser) -> None:
    mine = watch(provider, "bob")
    question = viewer.open(f"{BOB}/devices/{mine}")
    # Without any referrer it would say "null" (Fetch, "append a request Origin header").
    assert viewer.answer_headers["Referrer-Policy"] == "same-origin"
    viewer.headers["Origin"] = "http://localhost"
    viewer.send(question)
    assert open_sessions(provider) == []


def test_a_store_that_is_away_takes_only_the_devices_off_the_page(
    provider: Flask, viewer: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(**asked: object) -> None:
        raise Unavailable("the store", "refused")

    monkeypatch.setattr(sessions, "page", away)
    page = viewer.open(BOB)
    assert viewer.status == 200
    assert "Which of them are on can't be told now." in page.text
    assert "/playlists/" in page.html
