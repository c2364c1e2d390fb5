"""A page that was open before undoes nothing: forms carry what they have shown."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

import pytest
from flask import Flask

from flask_iptv import channels, database, packages, servers, users
from flask_iptv.models import Record

from .browser import Browser
from .page import Form
from .test_pages import pages

ADMIN = "/tv/admin"

#: What is sent without what was shown, and why nothing is undone by it.
NEED_NOT = {
    "admin_user_new": "nothing is there yet",
    "admin_channel_new": "nothing is there yet",
    "admin_package_new": "nothing is there yet",
    "admin_server_new": "nothing is there yet",
    "admin_user_enabled": "says what is wanted",
    "admin_channel_enabled": "says what is wanted",
    "admin_users_bulk": "asks first, and the answer carries what was told",
    "admin_channels_bulk": "asks first, and the answer carries what was told",
    "admin_channels_group": "is about the group that it names",
    "admin_user_session_cut": "is about one session, which never comes back",
    "admin_session_cut": "is about one session, which never comes back",
    "admin_links": "changes no record",
    "admin_user_links": "changes no record",
    "admin_explain": "changes no record",
    "admin_server_check": "changes no record",
    "admin_server_sync": "shows what it would change",
    "admin_channel_import": "shows what it would change",
}

#: The forms of records: what each field is changed to by somebody else, and by whom it is read.
FIELDS: dict[str, dict[str, Any]] = {
    "users": {
        "name": "other",
        "email": "other@example.com",
        "packages": ["basic", "sport"],
        "max_sessions": 7,
        "expires_at": datetime(2031, 1, 2, 3, 4, tzinfo=timezone.utc),
        "enabled": False,
        "starts_at": datetime(2021, 1, 2, 3, 4, tzinfo=timezone.utc),
        "key": "other-token",
        "allowed_networks": ["192.0.2.0/24", "2001:db8::/32"],
        "comment": "other\n\nlines",
    },
    "channels": {
        "name": "other",
        "title": "Other",
        "server": "edge",
        "number": 7,
        "group": "Other",
        "logo": "https://media.example/other.png",
        "epg_id": "other",
        "publish_key": "other-key",
        "enabled": False,
    },
    "packages": {"name": "other", "title": "Other"},
    "servers": {
        "name": "other",
        "title": "Other",
        "kind": "srs",
        "url": "https://other.example",
        "hls_template": "{base}/{name}/other.m3u8",
        "mpegts_template": "{base}/{name}/other.ts",
        "securetoken_keys": ["other", "older"],
        "api_url": "http://10.0.0.9:8080",
        "api_username": "other",
        "api_password": "other",
    },
}
SECRETS = ("key", "publish_key", "securetoken_keys", "api_password")
VERBS: dict[str, Callable[..., Record]] = {
    "users": users.update,
    "channels": channels.update,
    "packages": packages.update,
    "servers": servers.update,
}
EACH = [(noun, field) for noun, fields in FIELDS.items() for field in fields]


@pytest.fixture
def site(provider: Flask) -> Flask:
    """The small provider with a second package and a second server, and keys everywhere."""
    with provider.app_context():
        packages.create(name="sport", channels=["sport/espn hd"])
        servers.create(name="edge", url="https://edge.example")
        servers.update(
            servers.get("main"),
            securetoken_keys=["first"],
            api_url="http://10.0.0.5",
            api_password="first",
        )
        channels.update(channels.get("ort"), publish_key="first")
        channels.update(channels.get("sport/espn hd"), group="News")
        database.session().commit()
    return provider


def record(noun: str) -> Record:
    """The first record of a noun."""
    found: dict[str, Callable[[], Record]] = {
        "users": lambda: users.get(1),
        "channels": lambda: channels.page(sort="id").items[0],
        "packages": lambda: packages.page(sort="id").items[0],
        "servers": lambda: servers.page(sort="id").items[0],
    }
    return found[noun]()


def change(app: Flask, noun: str, **fields: Any) -> None:
    """Somebody else changes the first record."""
    with app.app_context():
        VERBS[noun](record(noun), **fields)
        database.session().commit()


def stored(app: Flask, noun: str) -> dict[str, Any]:
    """The fields of the first record as they are now."""
    with app.app_context():
        found = record(noun)
        values = {name: getattr(found, name) for name in FIELDS[noun]}
        if noun == "users":
            values["packages"] = sorted(package.name for package in values["packages"])
        if noun == "channels":
            values["server"] = values["server"] and values["server"].name
        return values


def form_of(browser: Browser, noun: str, *secrets: str) -> Form:
    """The form of the first record, with some of its tokens and keys."""
    asked = "&".join(f"change={name}" for name in secrets)
    return browser.open(f"{ADMIN}/{noun}/1?{asked}").form()


@pytest.mark.parametrize("noun", FIELDS)
def test_every_field_of_a_record_is_tried_here(site: Flask, noun: str) -> None:
    browser = Browser(site)
    names = {control.name for control in form_of(browser, noun, *SECRETS).controls}
    assert names - {"seen", ""} == {*FIELDS[noun]}


def test_every_form_carries_what_it_has_shown(site: Flask) -> None:
    browser, found = Browser(site), set()
    rules = site.url_map.bind("localhost")
    # A server that has channels is not asked about.
    for address in [*pages(site, "/tv"), f"{ADMIN}/servers/2/delete"]:
        page = browser.open(address)
        for form in page.forms:
            if form.method != "post" or "button" in [one.tag for one in form.named("group")]:
                # A button adds the whole group that it names.
                continue
            path = form.address.partition("?")[0]
            method = "POST" if "POST" in rules.allowed_methods(path) else "GET"
            endpoint = rules.match(path, method=method)[0].partition(".")[2]
            if endpoint in NEED_NOT:
                continue
            found.add(endpoint)
            assert form.named("seen"), endpoint
            seen = form.control("seen")
            assert (seen.kind, seen.attributes["autocomplete"]) == ("hidden", "off"), address
            assert seen.value, address
    assert found == {
        *("admin_user", "admin_user_delete", "admin_user_token"),
        *("admin_channel", "admin_channel_delete", "admin_channels", "admin_channel_place"),
        *("admin_package", "admin_package_delete"),
        *("admin_package_channels", "admin_package_channels_all"),
        *("admin_server", "admin_server_delete"),
    }


@pytest.mark.parametrize(("noun", "field"), EACH)
def test_a_page_that_was_open_before_leaves_what_it_did_not_touch(
    site: Flask, noun: str, field: str
) -> None:
    browser = Browser(site)
    waiting = form_of(browser, noun, *SECRETS)
    change(site, noun, **{field: FIELDS[noun][field]})
    page = browser.send(waiting)
    assert browser.status == 200
    assert "Somebody else has changed something else here: that stays." in page.text
    assert stored(site, noun)[field] == FIELDS[noun][field]


@pytest.mark.parametrize("noun", FIELDS)
def test_a_change_beside_others_is_the_only_one(site: Flask, noun: str) -> None:
    browser = Browser(site)
    waiting = form_of(browser, noun, *SECRETS)
    mine = "name" if noun == "packages" else {"users": "comment"}.get(noun, "title")
    others = {name: value for name, value in FIELDS[noun].items() if name != mine}
    change(site, noun, **others)
    browser.send(waiting, **{mine: "mine"})
    assert browser.status == 200
    assert stored(site, noun) == {**others, mine: "mine"}


def test_a_leaked_token_stays_refused(site: Flask) -> None:
    first, second = Browser(site), Browser(site)
    waiting = first.open(f"{ADMIN}/users/1?change=key").form()
    assert waiting.value("key") == "bobs-token"
    second.send(second.open(f"{ADMIN}/users/1/token"))
    second.send(second.open(f"{ADMIN}/users/1").form("1/enabled"))
    key = stored(site, "users")["key"]
    first.send(waiting, comment="late")
    now = stored(site, "users")
    assert (now["key"], now["enabled"], now["comment"]) == (key, False, "late")
    assert key != "bobs-token"


@pytest.mark.parametrize(
    ("noun", "words"),
    [
        ("users", "See or change the token"),
        ("channels", "See or change the publish key"),
        ("servers", "See or change the keys"),
    ],
)
def test_a_token_or_key_is_in_a_form_only_when_somebody_asked(
    site: Flask, noun: str, words: str
) -> None:
    secrets = ["bobs-token", "first"]
    browser = Browser(site)
    page = browser.open(f"{ADMIN}/{noun}/1")
    assert not {*SECRETS} & {control.name for control in page.form().controls}
    assert not [secret for secret in secrets if secret in page.html]
    page = browser.open(page.link(words))
    (control,) = [control for control in page.form().controls if control.name in SECRETS]
    assert control.value in secrets
    assert control.value not in page.form().value("seen")


def test_a_password_is_never_shown(site: Flask) -> None:
    browser = Browser(site)
    page = browser.open(browser.open(f"{ADMIN}/servers/1").link("Change the password"))
    form = page.form()
    assert form.value("api_password") == ""
    assert "first" not in page.html
    browser.send(form)
    assert stored(site, "servers")["api_password"] == "first"
    browser.send(form_of(browser, "servers", "api_password"), api_password="second")
    assert stored(site, "servers")["api_password"] == "second"
