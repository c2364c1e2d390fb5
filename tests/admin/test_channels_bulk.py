"""What is done to many channels: the page that says so first, and what can go wrong."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.datastructures import MultiDict

from flask_iptv import channels, database, packages
from flask_iptv.models import Channel, utcnow
from tests.statements import statements

from .browser import Browser
from .page import Page

LIST = "/tv/admin/channels"


@pytest.fixture
def many(app: Flask) -> Browser:
    """A browser at 60 channels: more than a page; every third is disabled, ten have a package."""
    with app.app_context():
        for number in range(60):
            group, enabled = "Late" if number < 5 else None, number % 3 != 0
            name = f"c{number:02}"
            channels.create(
                name=name, title=name.upper(), number=number, group=group, enabled=enabled
            )
        packages.create(name="basic", channels=[f"c{number:02}" for number in range(10)])
        database.session().commit()
    return Browser(app)


def ask(browser: Browser, action: str, ticked: list[int], address: str = LIST) -> Page:
    """Tick channels in the list, as they are there, and press a button of the bar."""
    form = browser.open(address).form("/bulk")
    assert {str(one) for one in ticked} <= {box.value for box in form.named("channel")}
    assert action in [button.value for button in form.named("action")]
    data = MultiDict([("action", action), *(("channel", str(one)) for one in ticked)])
    return browser._ask("POST", form.address, data)


def every(app: Flask) -> list[Channel]:
    """All channels, by number."""
    with app.app_context():
        return channels.page(sort="number", limit=1000).items


def test_ticked_channels_are_disabled_after_a_page_that_says_so(app: Flask, many: Browser) -> None:
    page = ask(many, "disable", [2, 3, 4], f"{LIST}?q=c&cursor=")
    assert [channel.enabled for channel in every(app)[1:4]] == [True, True, False]
    assert "Disable 3 channels?" in page.text
    assert "C01, C02, C03 " in page.text
    assert "viewers are refused within minutes" in page.text
    assert page.wrong == []
    page = many.send(page.form("/bulk"))
    assert "2 channels were disabled: whoever watches them is refused within minutes." in page.text
    assert urlsplit(many.address).query == "done=channels-disabled&number=2&q=c"
    assert [channel.enabled for channel in every(app)[1:4]] == [False, False, False]


def test_all_that_match_are_more_than_the_page_shows(app: Flask, many: Browser) -> None:
    assert "All 40 that match" not in many.open(f"{LIST}?enabled=yes").text, "they are all shown"
    page = many.open(f"{LIST}?q=c")
    assert "All 60 that match" in page.text
    page = many.post(page.form("/bulk").address, action="enable", all="1")
    assert "Enable 60 channels?" in page.text
    assert "C04, and 55 more" in page.text
    assert "20 channels were enabled." in many.send(page.form("/bulk")).text
    assert all(channel.enabled for channel in every(app))


def test_others_than_the_page_said_are_not_changed(app: Flask, many: Browser) -> None:
    form = many.post(f"{LIST}/bulk?enabled=yes", action="disable", all="1").form("/bulk")
    with app.app_context():
        channels.create(name="new")
        database.session().commit()
    page = many.send(form)
    assert many.status == 422
    assert "The list has changed meanwhile" in page.text
    assert "Disable 41 channels?" in page.text
    assert "41 channels were disabled" in many.send(page.form("/bulk")).text


def test_channels_are_put_into_a_group_and_out_of_it(app: Flask, many: Browser) -> None:
    page = ask(many, "group", [1, 6, 7], f"{LIST}?q=c")
    assert "Late" in [one.get("value") for one in page.all("option")]
    page = many.send(page.form("/bulk"), into="x" * 300)
    assert many.status == 422
    assert "may have at most 255 characters" in page.words_of("iptv-into-problem").lower()
    page = many.send(page.form("/bulk"), into="Late")
    assert "2 channels have another group now." in page.text
    assert "60 channels" in page.text, "the list is not narrowed to the group"
    many.send(ask(many, "group", [1]).form("/bulk"), into=" ")
    assert [channel.group for channel in every(app)[:7]] == [None, *["Late"] * 6]


def test_channels_join_a_package_and_leave_it(app: Flask, many: Browser) -> None:
    page = ask(many, "add", [1, 11, 12])
    for typed, words in (("", ""), ("gone", "There is no package 'gone'")):
        page = many.send(page.form("/bulk"), package=typed)
        assert many.status == 422
        assert words in page.words_of("iptv-package-problem")
    page = many.send(page.form("/bulk"), package="basic")
    assert "2 channels are in the package now that were not in it." in page.text
    page = many.send(ask(many, "remove", [1, 2, 50]).form("/bulk"), package="basic")
    assert "2 channels were taken out of the package." in page.text
    with app.app_context():
        found = sorted(channel.name for channel in packages.get("basic").channels)
    assert found == [f"c{number:02}" for number in range(2, 12)]


@pytest.mark.parametrize("action", ["", "delete", "package", "Disable"])
def test_what_is_no_action_changes_nothing(app: Flask, many: Browser, action: str) -> None:
    before = [(one.enabled, one.group, one.updated_at) for one in every(app)]
    page = many.post(f"{LIST}/bulk", action=action, channel="2", expected="1")
    assert many.status == 422
    assert "Choose what to do with the ticked channels." in page.text
    assert [(one.enabled, one.group, one.updated_at) for one in every(app)] == before


def test_nothing_that_is_ticked_or_there_is_said(many: Browser) -> None:
    for fields, words in (
        ({}, "Tick the channels first"),
        ({"channel": "999,77"}, "The channels you ticked are not there any more."),
        ({"all": "1"}, "No channel matches any more"),
    ):
        page = many.post(f"{LIST}/bulk?q=nothing", action="disable", **fields)
        assert many.status == 422
        assert words in page.text
    page = many.post(f"{LIST}/bulk", action="disable", channel="2,999")
    assert "1 of the ticked channels is not there any more and is left out." in page.text
    assert "Disable 1 channel?" in page.text
    assert "60 channels" in many.open(f"{LIST}/bulk").text


def test_ten_thousand_channels_are_changed_by_a_few_statements(app: Flask, many: Browser) -> None:
    now = utcnow()
    rows = [{"name": f"n{i}", "title": "N", "created_at": now, "updated_at": now}
            for i in range(10_000)]  # fmt: skip
    with app.app_context():
        database.session().execute(sa.insert(Channel), rows)
        database.session().commit()
    for action, typed in (("disable", {}), ("group", {"into": "G"}), ("add", {"package": "basic"})):
        page = many.post(f"{LIST}/bulk?q=n", action=action, all="1")
        with statements() as seen:
            page = many.send(page.form("/bulk"), **typed)
        assert "10,000 channels " in page.text
        # Ten parts, each a few statements and a commit.
        assert len(seen) <= 50, seen
