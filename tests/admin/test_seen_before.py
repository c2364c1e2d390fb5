"""Questions and lists say what they have told, and are asked anew once that is not so any more."""

from __future__ import annotations

import pytest
from flask import Flask

from flask_iptv import channels, database, numbering, packages, users

from .browser import Browser
from .test_packages import members
from .test_seen import ADMIN, change, record, site, stored

__all__ = ["site"]

LATE = "Nothing was done: what you have confirmed may not be so any more. Please look again."


@pytest.mark.parametrize("noun", ["users", "channels", "packages", "servers"])
def test_a_record_that_was_renamed_is_asked_about_anew(site: Flask, noun: str) -> None:
    with site.app_context():
        for channel in channels.page().items:
            channels.update(channel, server=None)
        database.session().commit()
    browser = Browser(site)
    question = browser.open(f"{ADMIN}/{noun}/1/delete")
    change(site, noun, **({"name": "other"} if noun == "users" else {"title": "other"}))
    page = browser.send(question)
    assert browser.status == 409
    assert LATE in page.text
    assert "other?" in page.text
    assert page.wrong == []
    with site.app_context():
        assert record(noun).id == 1
    browser.send(page)
    assert "was deleted." in browser.open(browser.address).text


def test_a_package_that_more_users_have_is_asked_about_anew(site: Flask) -> None:
    browser = Browser(site)
    question = browser.open(f"{ADMIN}/packages/1/delete")
    with site.app_context():
        users.give([2], packages.get("basic"))
        database.session().commit()
    page = browser.send(question)
    assert browser.status == 409
    assert "2 users will lose its channels at once." in page.text


def test_the_new_token_of_somebody_else_is_not_replaced_unseen(site: Flask) -> None:
    first, second = Browser(site), Browser(site)
    waiting = first.open(f"{ADMIN}/users/1/token")
    second.send(second.open(f"{ADMIN}/users/1/token"))
    key = stored(site, "users")["key"]
    page = first.send(waiting)
    assert first.status == 409
    assert LATE in page.text
    assert stored(site, "users")["key"] == key
    first.send(page)
    assert stored(site, "users")["key"] != key


def test_taking_out_all_that_was_found_is_asked_anew_when_it_is_more(site: Flask) -> None:
    browser = Browser(site)
    question = browser.open(f"{ADMIN}/packages/1/channels/all?do=remove")
    with site.app_context():
        packages.update(packages.get("basic"), channels=["ort", "sport/espn hd"])
        database.session().commit()
    page = browser.send(question)
    assert browser.status == 409
    assert "Take 2 channels out of basic?" in page.text
    assert len(members(site, "basic")) == 2
    browser.send(page)
    assert members(site, "basic") == []


def test_all_that_was_found_is_added_only_as_long_as_it_is_as_many(site: Flask) -> None:
    browser = Browser(site)
    page = browser.open(f"{ADMIN}/packages/1/channels")
    (form,) = [form for form in page.forms if "/all" in form.address and form.named("seen")]
    with site.app_context():
        channels.create(name="new")
        database.session().commit()
    page = browser.send(form)
    assert browser.status == 409
    assert "Other channels are found now than when you looked" in page.text
    assert members(site, "basic") == ["ort"]
    (form,) = [form for form in page.forms if "/all" in form.address and form.named("seen")]
    browser.send(form)
    assert len(members(site, "basic")) == 3


def test_a_number_is_typed_over_the_one_that_was_shown(site: Flask) -> None:
    browser = Browser(site)
    form = browser.open(f"{ADMIN}/channels").form("channels/1/place")
    change(site, "channels", number=7)
    page = browser.send(form)
    assert browser.status == 409
    assert "The numbers have changed meanwhile, so nothing was moved" in page.text
    assert page.wrong == []
    assert stored(site, "channels")["number"] == 7
    browser.send(page.form("channels/1/place"), number="3")
    assert stored(site, "channels")["number"] == 3


def test_a_channel_is_not_moved_to_where_its_neighbour_is_no_more(site: Flask) -> None:
    browser = Browser(site)
    page = browser.open(f"{ADMIN}/channels")
    up, move = page.by_id("up-2"), page.forms[1:]
    (seen,) = [one.value("seen") for one in move if one.attributes.get("id") == "iptv-move"]
    with site.app_context():
        numbering.place(channels.get("ort"), 500)
        database.session().commit()
    for told in ({"seen": seen}, {}):
        browser.post(up["formaction"], **{up["name"]: up["value"]}, **told)
        assert browser.status == 409
        with site.app_context():
            assert channels.get("sport/espn hd").number is None


def test_a_group_that_was_renamed_meanwhile_is_said(site: Flask) -> None:
    browser = Browser(site)
    form = browser.open(f"{ADMIN}/channels?group=News").form("channels/group")
    with site.app_context():
        channels.rename_group("News", "Nachrichten")
        database.session().commit()
    page = browser.send(form, name="Infos")
    assert browser.status == 409
    assert "No channel is in this group any more" in page.text
    assert stored(site, "channels")["group"] == "Nachrichten"


def test_a_switch_says_what_is_wanted(site: Flask) -> None:
    browser = Browser(site)
    for noun in ("users", "channels"):
        page = browser.open(f"{ADMIN}/{noun}")
        change(site, noun, enabled=False)
        browser.send(page.form(f"{noun}/1/enabled"))
        assert stored(site, noun)["enabled"] is False
