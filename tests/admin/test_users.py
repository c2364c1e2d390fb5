"""The pages of users: list, create, change, switch, new token, delete, playlists."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from flask import Flask

from flask_iptv import database, lineup, packages, users
from flask_iptv.admin import lists
from flask_iptv.models import Session, User, utcnow

from .browser import Browser

LIST = "/tv/admin/users"


def stored(app: Flask, name: str) -> User:
    """Read a user, with the packages, as the database has it."""
    with app.app_context():
        user = users.by_name(name)
        assert user.packages is not None
        return user


def watching(app: Flask, user: str, devices: int) -> None:
    """Let devices of a user watch the first channel."""
    with app.app_context():
        now = utcnow()
        owner = users.by_name(user).id
        for number in range(devices):
            database.session().add(
                Session(
                    device=f"{user} {number}",
                    user_id=owner,
                    channel_id=1,
                    opened_at=now,
                    seen_at=now,
                    expires_at=now + timedelta(hours=1),
                )
            )
        database.session().commit()


def test_the_list_shows_the_state_of_each_user(provider: Flask, at_provider: Browser) -> None:
    day = timedelta(days=1)
    with provider.app_context():
        users.create(name="expired", expires_at=utcnow() - day)
        users.create(name="early", starts_at=utcnow() + day)
        users.create(name="off", enabled=False)
        database.session().commit()
    watching(provider, "eve", 2)
    page = at_provider.open(LIST)
    for words in (
        "bob Active 0 / 1 basic Never HLS MPEG-TS",
        "early Not started 0 / ∞ Every channel Never",
        "eve Active 2 / ∞ Every channel",
        "expired Expired 0 / ∞",
        "1 day ago",
        "off Disabled",
        "5 users",
    ):
        assert words in page.text


def test_a_list_of_users_is_searched_and_filtered(provider: Flask, at_provider: Browser) -> None:
    with provider.app_context():
        users.create(name="100%", email="x_y@example.com", enabled=False)
        database.session().commit()
    search = next(form for form in at_provider.open(LIST).forms if form.method == "get")
    assert search.attributes["data-iptv-region"] == "iptv-users"
    for typed, found in {"B": "bob", "100%": "100%", "x_Y@": "100%", "  eve ": "eve"}.items():
        page = at_provider.send(search, q=typed)
        assert [words for _, words in page.links if words in ("bob", "eve", "100%")] == [found]
        assert "1 user " in f"{page.text} "
    page = at_provider.open(page.link("Disabled users"))
    assert "No user found" in page.text
    page = at_provider.open(page.link("Show all users"))
    page = at_provider.open(page.link("Disabled users"))
    assert "100%" in page.text
    assert "bob" not in page.text


def test_a_list_of_users_is_paged(app: Flask, browser: Browser) -> None:
    with app.app_context():
        for number in range(120):
            users.create(name=f"user {number:03}", comment="odd" if number % 2 else None)
        database.session().commit()
    seen, address = [], LIST
    for _ in range(3):
        page = browser.open(address)
        seen += [words for _, words in page.links if words.startswith("user ")]
        assert "120 users" in page.text
        address = {words: to for to, words in page.links}.get("Next page", "")
    assert seen == [f"user {number:03}" for number in range(120)]
    assert address == ""
    assert browser.open(page.link("First page")).link("user 000")
    page = browser.open(browser.open(f"{LIST}?q=odd").link("Next page"))
    assert "60 users" in page.text
    assert page.link("user 119")


def test_a_created_user_ends_on_the_page_with_what_to_send(
    provider: Flask, at_provider: Browser
) -> None:
    page = at_provider.open(at_provider.open(LIST).link("New user"))
    page = at_provider.send(
        page,
        name=" Алиса ",
        email="alice@example.com",
        packages=["1"],
        max_sessions="3",
        starts_at="2026-01-01T10:00",
        expires_at="2030-12-31T23:59:30",
        allowed_networks="192.0.2.0/24\r\n2001:db8::/32",
        comment="two\r\nlines",
    )
    assert "The user was created. Here is what to send to the viewer." in page.text
    user = stored(provider, "Алиса")
    assert at_provider.address == f"/tv/admin/users/{user.id}/playlists?done=user-created"
    assert page.by_id("iptv-playlist-hls")["value"] == (
        "http://localhost/tv/playlists/%D0%90%D0%BB%D0%B8%D1%81%D0%B0.m3u"
        f"?token={user.key}&output=hls"
    )
    assert page.by_id("iptv-playlist-mpegts")["value"].endswith("&output=mpegts")
    assert (user.email, user.max_sessions, user.enabled) == ("alice@example.com", 3, True)
    assert [package.name for package in user.packages] == ["basic"]
    assert user.starts_at == datetime(2026, 1, 1, 10, tzinfo=timezone.utc)
    assert user.expires_at == datetime(2030, 12, 31, 23, 59, 30, tzinfo=timezone.utc)
    assert user.allowed_networks == ["192.0.2.0/24", "2001:db8::/32"]
    assert user.comment == "two\nlines"


def test_a_user_needs_no_more_than_a_name(app: Flask, browser: Browser) -> None:
    browser.send(browser.open(f"{LIST}/new"), name="bob")
    user = stored(app, "bob")
    assert (user.email, user.max_sessions, user.expires_at) == (None, None, None)
    assert (user.packages, user.by_packages, user.enabled) == ([], False, True)
    assert len(user.key) >= 22


def test_playlists_are_exported_by_their_buttons(at_provider: Browser) -> None:
    for address in (LIST, f"{LIST}/1/playlists"):
        page = at_provider.open(address)
        exports = [to for to, _ in page.links if "/playlists/bob.m3u" in to]
        hls, mpegts = (at_provider.open(to).html for to in exports)
        assert "https://media.example/ort/index.m3u8?token=bobs-token" in hls
        assert "/ort/mpegts?token=bobs-token" in mpegts


def test_saving_an_untouched_form_changes_nothing(provider: Flask, at_provider: Browser) -> None:
    odd = datetime(2031, 2, 3, 4, 5, 6, 789_000, tzinfo=timezone.utc)
    with provider.app_context():
        users.update(
            users.get(1), expires_at=odd, comment=" a\n\nb", allowed_networks=["10.0.0.0/8"]
        )
        database.session().commit()
    before = stored(provider, "bob")
    page = at_provider.send(at_provider.open(f"{LIST}/1"))
    assert "The user was saved." in page.text
    after = stored(provider, "bob")
    for name in ("key", "expires_at", "comment", "allowed_networks", "max_sessions", "enabled"):
        assert getattr(after, name) == getattr(before, name)
    assert [package.name for package in after.packages] == ["basic"]


def test_fields_are_changed_and_emptied(provider: Flask, at_provider: Browser) -> None:
    page = at_provider.open(at_provider.open(f"{LIST}/1").link("See or change the token"))
    page = at_provider.send(page, name="rob", max_sessions="", key="new-token", enabled=[])
    assert page.form("1/enabled").value("enabled") == "1"
    user = stored(provider, "rob")
    assert (user.max_sessions, user.key, user.enabled) == (None, "new-token", False)


def test_an_emptied_token_is_kept(provider: Flask, at_provider: Browser) -> None:
    at_provider.send(at_provider.open(f"{LIST}/1?change=key"), key="")
    assert stored(provider, "bob").key == "bobs-token"


def test_one_click_disables_and_another_enables(provider: Flask, at_provider: Browser) -> None:
    for enabled in (False, True):
        page = at_provider.open(f"{LIST}?q=bob")
        page = at_provider.send(page.form("users/1/enabled"))
        assert at_provider.address.startswith("/tv/admin/users?")
        assert "q=bob" in at_provider.address
        assert "1 user" in page.text
        assert stored(provider, "bob").enabled is enabled


def test_a_double_click_on_a_switch_is_one_click(provider: Flask, at_provider: Browser) -> None:
    switch = at_provider.open(LIST).form("users/1/enabled")
    at_provider.send(switch)
    at_provider.send(switch)
    assert stored(provider, "bob").enabled is False


def test_the_switch_on_a_users_page_comes_back_to_it(provider: Flask, at_provider: Browser) -> None:
    page = at_provider.send(at_provider.open(f"{LIST}/1").form("users/1/enabled"))
    assert at_provider.address == "/tv/admin/users/1?done=user-disabled"
    assert "Disabled" in page.text


def test_a_new_token_is_made_only_after_a_confirmation(
    provider: Flask, at_provider: Browser
) -> None:
    watching(provider, "bob", 1)
    page = at_provider.open(at_provider.open(f"{LIST}/1/playlists").link("New token…"))
    assert "A new token for bob?" in page.text
    assert stored(provider, "bob").key == "bobs-token"
    page = at_provider.send(page)
    key = stored(provider, "bob").key
    assert key != "bobs-token"
    assert page.by_id("iptv-token")["value"] == key
    assert "0 of 1 device" in page.text


def test_a_user_is_deleted_only_after_a_confirmation(provider: Flask, at_provider: Browser) -> None:
    page = at_provider.open(at_provider.open(f"{LIST}/1").link("Delete…"))
    assert "Delete the user bob?" in page.text
    assert at_provider.open(page.link("Cancel")).by_id("iptv-name")["value"] == "bob"
    page = at_provider.send(page)
    assert "The user was deleted." in page.text
    assert "1 user" in page.text


def test_losing_the_last_package_and_getting_everything_back_is_said(
    provider: Flask, at_provider: Browser
) -> None:
    with provider.app_context():
        packages.delete(packages.get("basic"))
        packages.create(name="sport", channels=[])
        database.session().commit()
    assert "bob Active 0 / 1 Nothing" in at_provider.open(LIST).text
    page = at_provider.open(f"{LIST}/1")
    at_provider.send(page, comment="still nothing")
    assert stored(provider, "bob").by_packages is True
    page = at_provider.send(page, everything=["1"])
    assert stored(provider, "bob").by_packages is False
    assert not page.form().named("everything")
    assert "Every channel" in at_provider.open(LIST).text


def test_any_search_is_answered(at_provider: Browser) -> None:
    search = next(form for form in at_provider.open(LIST).forms if form.method == "get")
    for q in ("%", "_", "\\", "'", "x" * 60_000, "\0", "👩‍🚀", "\u202e"):
        at_provider.send(search, q=q)
        assert at_provider.status == 200, q


def test_what_no_database_takes_is_left_out_of_a_search(app: Flask) -> None:
    with app.test_request_context("/?q=%20a%00b%20"):
        assert lists.search() == "ab"


def test_who_takes_the_last_package_away_leaves_nothing_to_watch(
    provider: Flask, at_provider: Browser
) -> None:
    page = at_provider.open("/tv/admin/users/1")
    assert "With none ticked, this user may watch nothing." in page.text
    page = at_provider.send(page, packages=[])
    with provider.app_context():
        assert lineup.open_to(users.by_name("bob")) == "none"
    assert "With none ticked, this user may watch every channel." not in page.text
    at_provider.send(page, everything=["1"])
    with provider.app_context():
        assert lineup.open_to(users.by_name("bob")) == "all"
