"""What two people have changed at once is saved for neither, and shown with both values."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask

from flask_iptv import channels, database, packages, servers, users

from .browser import Browser, Typed
from .test_packages import members
from .test_seen import ADMIN, FIELDS, SECRETS, change, form_of, site, stored

__all__ = ["site"]

#: What is typed into each field of a record, in the place of what somebody else makes of it.
MINE: dict[str, dict[str, str]] = {
    "users": {
        "name": "mine",
        "email": "mine@example.com",
        "max_sessions": "3",
        "expires_at": "2032-05-06T07:08",
        "starts_at": "2022-05-06T07:08",
        "key": "mine-token",
        "allowed_networks": "198.51.100.0/24",
        "comment": "mine",
    },
    "channels": {
        "name": "mine",
        "title": "Mine",
        "server": "",
        "number": "3",
        "group": "Mine",
        "logo": "https://media.example/mine.png",
        "epg_id": "mine",
        "publish_key": "mine-key",
    },
    "packages": {"name": "mine", "title": "Mine"},
    "servers": {
        "name": "mine",
        "title": "Mine",
        "kind": "icecast",
        "url": "https://mine.example",
        "hls_template": "{base}/{name}/mine.m3u8",
        "mpegts_template": "{base}/{name}/mine.ts",
        "securetoken_keys": "mine",
        "api_url": "http://10.0.0.3:8080",
        "api_username": "mine",
        "api_password": "mine",
    },
}
EACH = [(noun, field) for noun, fields in MINE.items() for field in fields]

#: How a page writes what somebody else has made of a field, where it is not just the value.
WRITTEN = {
    "expires_at": "2031-01-02 03:04 UTC",
    "starts_at": "2021-01-02 03:04 UTC",
    "server": "edge",
    "allowed_networks": "192.0.2.0/24 2001:db8::/32",
    "comment": "other lines",
    "securetoken_keys": "other older",
    "kind": "SRS",
    "api_password": "Somebody else has changed this meanwhile.",
}


def test_every_field_but_ticks_is_tried_here() -> None:
    ticks = {"packages", "enabled"}
    assert {noun: set(fields) - ticks for noun, fields in FIELDS.items()} == {
        noun: set(fields) for noun, fields in MINE.items()
    }


@pytest.mark.parametrize("is_mine", [True, False])
@pytest.mark.parametrize(("noun", "field"), EACH)
def test_both_values_are_shown_and_one_is_chosen(
    site: Flask, noun: str, field: str, is_mine: bool
) -> None:
    browser = Browser(site)
    waiting = form_of(browser, noun, *SECRETS)
    change(site, noun, **{field: FIELDS[noun][field]})
    before = stored(site, noun)
    page = browser.send(waiting, **{field: MINE[noun][field]})
    assert browser.status == 409
    assert stored(site, noun) == before
    assert page.wrong == []
    form = page.form()
    assert form.value(field) == MINE[noun][field], "what was typed is still there"
    assert "autofocus" in form.control(field).attributes
    assert f"iptv-{field}-clash" in form.control(field).attributes["aria-describedby"]
    assert WRITTEN.get(field, str(FIELDS[noun][field])) in page.text
    assert [control.value for control in form.named("theirs")] == [field]

    browser.send(form, theirs=[] if is_mine else [field])
    assert browser.status == 200
    after = stored(site, noun)
    assert (after.pop(field) == before.pop(field)) is not is_mine
    assert after == before, "nothing else has changed"


@pytest.mark.parametrize(("noun", "field"), EACH)
def test_what_both_have_changed_to_the_same_is_no_conflict(
    site: Flask, noun: str, field: str
) -> None:
    browser = Browser(site)
    typed = {field: MINE[noun][field]}
    waiting = form_of(browser, noun, *SECRETS)
    browser.send(form_of(browser, noun, *SECRETS), **typed)
    browser.send(waiting, **typed)
    # A password that is there is not compared with, or whoever posts could guess it.
    assert browser.status == (409 if field == "api_password" else 200)


def test_what_only_others_changed_is_shown_as_it_is_now(site: Flask) -> None:
    browser = Browser(site)
    waiting = form_of(browser, "users")
    change(site, "users", comment="other", enabled=False)
    page = browser.send(waiting, max_sessions="many", email="mine@example.com")
    assert browser.status == 422
    form = page.form()
    assert (form.value("comment"), form.ticked("enabled")) == ("other", [])
    assert form.value("max_sessions") == "many"
    assert "Somebody else has changed this meanwhile: this is what it is now." in page.text
    assert "open" in page.all("details")[0], "it holds what somebody else has changed"
    browser.send(form, max_sessions="3")
    now = stored(site, "users")
    assert (now["comment"], now["enabled"]) == ("other", False)
    assert (now["max_sessions"], now["email"]) == (3, "mine@example.com")


@pytest.mark.parametrize(
    "seen",
    [None, "", "null", "[]", "7", "{", "[" * 100_000, "9" * 5000, "\0", '{"name": {}}', "{}"],
)
def test_a_form_that_does_not_tell_what_it_has_shown_saves_nothing(
    site: Flask, seen: str | None
) -> None:
    browser = Browser(site)
    before = stored(site, "users")
    typed: dict[str, Typed] = {"comment": "mine", "seen": [] if seen is None else seen}
    page = browser.send(form_of(browser, "users"), **typed)
    assert browser.status == 409
    assert stored(site, "users") == before
    assert page.form().value("comment") == "mine"
    browser.send(page)
    assert stored(site, "users") == {**before, "comment": "mine"}


def test_what_is_carried_is_no_way_to_what_is_there(site: Flask) -> None:
    browser = Browser(site)
    before = stored(site, "users")
    form = form_of(browser, "users")
    seen = json.loads(form.value("seen"))
    odd: dict[str, Any] = {**seen, "id": 2, "created_at": "", "packages": ["1", None, True, {}]}
    browser.send(form, seen=json.dumps(odd))
    assert stored(site, "users") == before


def test_a_field_that_was_not_sent_is_not_emptied(site: Flask) -> None:
    browser = Browser(site)
    before = stored(site, "channels")
    form = form_of(browser, "channels")
    browser.post(f"{ADMIN}/channels/1", seen=form.value("seen"), title="Mine", enabled="1")
    assert browser.status == 200
    assert stored(site, "channels") == {**before, "title": "Mine"}


def test_two_who_give_packages_lose_none(site: Flask) -> None:
    first, second = Browser(site), Browser(site)
    with site.app_context():
        packages.create(name="kids")
        database.session().commit()
    one, other = form_of(first, "users"), form_of(second, "users")
    first.send(one, packages=["1", "2"])
    second.send(other, packages=["1", "3"])
    assert stored(site, "users")["packages"] == ["basic", "kids", "sport"]
    second.send(other, packages=[])
    assert stored(site, "users")["packages"] == ["kids", "sport"], "only what was unticked"


def test_nobody_gets_everything_because_two_took_a_package_each(site: Flask) -> None:
    change(site, "users", packages=["basic", "sport"])
    first, second = Browser(site), Browser(site)
    one, other = form_of(first, "users"), form_of(second, "users")
    first.send(one, packages=["1"])
    page = second.send(other, packages=["2"])
    assert second.status == 409
    assert "Now it is: basic" in page.text
    assert stored(site, "users")["packages"] == ["basic"]


def test_everything_is_not_opened_to_who_was_given_a_package(site: Flask) -> None:
    with site.app_context():
        users.take([1], packages.get("basic"))
        database.session().commit()
    browser = Browser(site)
    waiting = form_of(browser, "users")
    change(site, "users", packages=["sport"])
    page = browser.send(waiting, everything=["1"])
    assert "This user was given packages meanwhile, so not everything was opened." in page.text
    assert stored(site, "users")["packages"] == ["sport"]


def test_two_who_tick_channels_of_a_package_lose_none(site: Flask) -> None:
    with site.app_context():
        channels.create(name="third")
        database.session().commit()
    first, second = Browser(site), Browser(site)
    address = f"{ADMIN}/packages/1/channels"
    one, other = (browser.open(address).form("1/channels") for browser in (first, second))
    first.send(one, channels=["1", "2"])
    second.send(other, channels=["1", "3"])
    assert members(site, "basic") == ["ort", "sport/espn hd", "third"]
    page = first.send(one, channels=["2", "3"], seen=[])
    assert first.status == 409
    assert "This page did not tell what it had shown" in page.text
    assert page.form("1/channels").ticked("channels") == ["1", "2", "3"]
    assert page.wrong == []


@pytest.mark.parametrize("noun", FIELDS)
def test_what_was_typed_about_a_record_that_is_gone_makes_it_anew(site: Flask, noun: str) -> None:
    with site.app_context():
        for channel in (channels.get("ort"), channels.get("sport/espn hd")):
            channels.update(channel, server=None)
        database.session().commit()
    browser = Browser(site)
    waiting = form_of(browser, noun)
    browser.send(browser.open(f"{ADMIN}/{noun}/1/delete"))
    page = browser.send(waiting, name="mine")
    assert browser.status == 404
    assert "It may have been deleted a moment ago." in page.text
    assert page.wrong == []
    (form,) = [form for form in page.forms if form.named("name")]
    assert form.value("name") == "mine"
    browser.send(form)
    assert browser.status == 200
    with site.app_context():
        found = {"users": users.by_name, "servers": servers.get, "packages": packages.get}
        assert found.get(noun, channels.get)("mine").id != 1


@pytest.mark.parametrize("noun", FIELDS)
def test_a_form_about_what_never_was_is_not_found(site: Flask, noun: str) -> None:
    browser = Browser(site)
    for key in ("99", str(2**40)):
        browser.post(f"{ADMIN}/{noun}/{key}", seen="{}", name="mine")
        assert browser.status == 404
        browser.post(f"{ADMIN}/{noun}/{key}")
        assert browser.status == 404
