"""A member's account and IPTV user are made together, stay together and part in good order."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
import sqlalchemy as sa
from flask import Flask

from example_app.accounts import Account, by_name
from example_app.database import db
from flask_iptv import packages, users
from flask_iptv.models import User, utcnow
from tests.example_app.browser import Browser
from tests.example_app.conftest import Harbour


def change(app: Flask, name: str, verb: Callable[[User], object]) -> None:
    """Do something to a user as the IPTV pages do."""
    with app.app_context():
        verb(users.by_name(name))
        db.session.commit()


def playlists(browser: Browser) -> list[str]:
    """The addresses on the page of a member."""
    return [unescape(url) for url in re.findall(r'href="(http[^"]+)"', browser.open("/my-tv").text)]


def test_a_new_member_has_playlists_that_are_answered(harbour: Harbour) -> None:
    browser = harbour.browser()
    assert harbour.join(browser, "nora").path == "/my-tv"
    assert "Basic" in browser.open("/my-tv").text
    hls, mpegts = (browser.open(url) for url in playlists(browser))
    assert (hls.status, mpegts.status) == (200, 200)
    assert "/harbour/index.m3u8?token=" in hls.text
    assert "/harbour/mpegts?token=" in mpegts.text
    assert "regatta" not in hls.text


def test_a_member_sets_up_players_on_a_page_without_a_password(harbour: Harbour) -> None:
    member = harbour.member("nora")
    page = harbour.browser().open(member.open("/my-tv").link("Set up my players"))
    assert page.status == 200
    assert "TiviMate" in page.text
    assert '<header class="harbour-header"' in page.text
    assert "My TV · Harbour TV</title>" in page.text
    assert page.text.count("<html") == 1


def test_a_member_may_replace_the_token(harbour: Harbour) -> None:
    member = harbour.member("nora")
    old = member.open("/my-tv").link("Set up my players")
    new = member.send(member.open(f"{old}/new-token"))
    assert (new.status, member.open(old).status) == (200, 404)
    assert member.open("/my-tv").link("Set up my players") == new.path


def test_a_member_comes_back_with_the_password(harbour: Harbour) -> None:
    harbour.join(harbour.browser(), "nora", "long enough")
    browser = harbour.browser()
    assert browser.log_in("nora", "long enough").path == "/my-tv"
    assert len(playlists(browser)) == 2


@pytest.mark.parametrize(
    ("name", "password", "message"),
    [
        ("nora", "too short", "Password: must have at least 10 characters"),
        ("admin", "long enough", "Name: another member has the name 'admin'"),
        ("maria", "long enough", "Name: another user has the name 'maria'"),
        ("", "long enough", "Name: "),
        ("a/b", "long enough", "Name: can't be '.' or '..' or have a '/'"),
    ],
)
def test_who_can_not_join_is_told_why_and_nothing_is_kept(
    harbour: Harbour, name: str, password: str, message: str
) -> None:
    with harbour.app.app_context():
        before = [db.session.scalar(sa.select(sa.func.count(t.id))) for t in (Account, User)]
    page = harbour.join(harbour.browser(), name, password)
    assert page.status == 422
    assert message in unescape(page.text)
    with harbour.app.app_context():
        after = [db.session.scalar(sa.select(sa.func.count(t.id))) for t in (Account, User)]
    assert after == before


def test_nobody_joins_without_the_package_for_new_members(harbour: Harbour) -> None:
    with harbour.app.app_context():
        packages.delete(packages.get("basic"))
        db.session.commit()
    page = harbour.join(harbour.browser(), "nora")
    assert "there is no package 'basic'" in unescape(page.text)
    assert harbour.browser().log_in("nora", "long enough").status == 403


def test_an_account_without_television_is_told_so(harbour: Harbour) -> None:
    browser = harbour.staff()
    assert "has no television of its own" in browser.open("/my-tv").text
    assert playlists(browser) == []


def test_a_member_sees_that_the_time_is_over(harbour: Harbour) -> None:
    browser = harbour.member()
    ended = utcnow() - timedelta(days=1)
    change(harbour.app, "nora", lambda user: users.update(user, expires_at=ended))
    assert f"Your time ended on {ended:%d %B %Y}" in browser.open("/my-tv").text
    assert playlists(browser) == []


def test_a_member_sees_that_the_time_has_not_begun(harbour: Harbour) -> None:
    browser = harbour.member()
    begins = utcnow() + timedelta(days=2)
    change(harbour.app, "nora", lambda user: users.update(user, starts_at=begins))
    assert f"Your time begins on {begins:%d %B %Y}" in browser.open("/my-tv").text


def test_a_member_sees_what_staff_did_in_the_iptv_pages(harbour: Harbour) -> None:
    member, staff = harbour.member(), harbour.staff()
    with harbour.app.app_context():
        user_id = users.by_name("nora").id
    page = staff.open(f"/tv/admin/users/{user_id}")
    staff.send(page, f"/users/{user_id}/enabled")
    assert "Your television is switched off" in member.open("/my-tv").text


def test_a_deleted_user_leaves_the_account_and_nobody_elses_playlist(harbour: Harbour) -> None:
    browser = harbour.member()
    change(harbour.app, "nora", users.delete)
    with harbour.app.app_context():
        # SQLite gives the id of the last row that was deleted to the next one.
        users.create(name="somebody-else")
        db.session.commit()
        account = by_name("nora")
        assert account is not None
        assert account.user is None
    assert "has no television of its own" in browser.open("/my-tv").text
