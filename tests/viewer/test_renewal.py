"""A viewer may make a new token where the site lets viewers do so, and comes to the new page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask_wtf import CSRFProtect

from flask_iptv import database, holding, signals, users
from tests.admin.browser import Browser

from .conftest import BOB


def token(app: Flask, name: str = "bob") -> str:
    with app.app_context():
        return users.by_name(name).key


def test_a_new_token_ends_the_old_addresses(provider: Flask, viewer: Browser) -> None:
    page = viewer.open(viewer.open(BOB).link("New token…"))
    assert "Every player that has your playlist stops" in page.text
    assert token(provider) == "bobs-token"
    told = []
    with signals.user_key_rotated.connected_to(
        lambda app, user: told.append(user.name), sender=provider
    ):
        page = viewer.send(page)
    new = token(provider)
    assert (viewer.status, viewer.address) == (200, f"/tv/my/{new}?done=new-token")
    assert "This is your new page" in page.text
    assert told == ["bob"]
    assert f"token={new}" in page.by_id("iptv-for-kodi")["value"]
    viewer.open(BOB)
    assert viewer.status == 404
    viewer.open("/tv/playlists/bob.m3u?token=bobs-token")
    assert viewer.status == 403


def test_a_double_click_makes_one_token_and_loses_nobody(provider: Flask, viewer: Browser) -> None:
    question = viewer.open(f"{BOB}/new-token")
    viewer.send(question)
    first = token(provider)
    viewer.send(question)
    assert token(provider) == first
    assert (viewer.status, viewer.address) == (200, f"/tv/my/{first}?done=new-token")


@pytest.mark.parametrize("made", ["", "eves-token", "short", "x" * 23, "x" * 21 + "é"])
def test_nobody_chooses_a_token_that_can_be_guessed(
    provider: Flask, viewer: Browser, made: str
) -> None:
    page = viewer.post(f"{BOB}/new-token", replacement=made)
    assert token(provider) == "bobs-token"
    assert "Make a new token?" in page.text


def test_a_token_that_is_somebody_elses_is_not_taken(provider: Flask, viewer: Browser) -> None:
    with provider.app_context():
        other = users.make_key()
        users.update(users.by_name("eve"), key=other)
        database.session().commit()
    unusable = viewer.post(f"{BOB}/new-token", replacement="short")
    page = viewer.post(f"{BOB}/new-token", replacement=other)
    assert viewer.status == 200, "it is not told that there is such a token"
    assert page.text == unusable.text
    assert (token(provider), token(provider, "eve")) == ("bobs-token", other)


@pytest.mark.parametrize("given", ["", "x" * 22])
def test_nobodys_page_makes_no_token(provider: Flask, viewer: Browser, given: str) -> None:
    viewer.post("/tv/my/nobodys-token/new-token", replacement=given)
    assert viewer.status == 404
    assert token(provider) == "bobs-token"


def test_a_site_may_keep_tokens_to_itself(make_app: Callable[..., Flask], provider: Flask) -> None:
    browser = Browser(make_app(), login=None)
    page = browser.open(BOB)
    assert "ask your provider for a new one" in page.text
    assert "new-token" not in page.html
    browser.open(f"{BOB}/new-token")
    assert browser.address == BOB
    browser.post(f"{BOB}/new-token", replacement="x" * 22)
    assert token(provider) == "bobs-token"


def test_another_sites_page_makes_no_token(provider: Flask, viewer: Browser) -> None:
    question = viewer.open(f"{BOB}/new-token")
    for name, value in (("Sec-Fetch-Site", "cross-site"), ("Origin", "https://evil.example")):
        viewer.headers = {name: value}
        viewer.send(question)
        assert viewer.status == 403
    assert token(provider) == "bobs-token"


def test_the_form_carries_the_token_of_flask_wtf(provider: Flask, viewer: Browser) -> None:
    CSRFProtect(provider)
    viewer.post(f"{BOB}/new-token", replacement="x" * 22)
    assert viewer.status == 400
    viewer.send(viewer.open(f"{BOB}/new-token"))
    assert viewer.status == 200
    assert token(provider) != "bobs-token"


def test_a_token_that_was_replaced_at_that_moment_replaces_nothing(
    provider: Flask, viewer: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, hold = viewer.open(f"{BOB}/new-token"), holding.hold

    def too_late(*record: Any) -> Any:
        with database.current().engine().begin() as administrator:
            administrator.exec_driver_sql("UPDATE iptv_users SET key = 'not-leaked' WHERE id = 1")
        return hold(*record)

    monkeypatch.setattr(holding, "hold", too_late)
    viewer.send(page)
    assert viewer.status == 404
    assert token(provider) == "not-leaked"


def test_a_large_form_is_not_looked_into(provider: Flask, viewer: Browser) -> None:
    made = users.make_key()
    viewer.post(f"{BOB}/new-token", replacement=made, more="x" * 20_000)
    assert token(provider) == "bobs-token"
    viewer.post(f"{BOB}/new-token", replacement=made)
    assert token(provider) == made
