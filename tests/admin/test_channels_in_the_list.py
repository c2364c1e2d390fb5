"""What is done to channels right in their list: numbered, moved, switched, grouped, packed."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from flask_iptv import channels, database
from flask_iptv.admin import lists
from flask_iptv.models import Channel, utcnow
from tests.statements import statements

from .browser import Browser
from .page import Page

LIST = "/tv/admin/channels"


@pytest.fixture
def several(provider: Flask) -> Flask:
    """The provider with ``ort`` 1, ``two`` 2, ``three`` 3; one has no number."""
    with provider.app_context():
        channels.create(name="two", number=2, group="News", server="main")
        channels.create(name="three", number=3, group="Kids", server="main")
        database.session().commit()
    return provider


def numbers(app: Flask) -> dict[str, int | None]:
    """The numbers of the channels, in the order of the list."""
    with app.app_context():
        return {channel.name: channel.number for channel in channels.page(sort="number").items}


def press(browser: Browser, page: Page, button: str) -> Page:
    """Press a button that moves a channel."""
    attributes = page.by_id(button)
    seen = next(form for form in page.forms if form.attributes.get("id") == "iptv-move")
    pressed = {attributes["name"]: attributes["value"], "seen": seen.value("seen")}
    return browser.post(attributes["formaction"], **pressed)


def test_buttons_move_a_channel_up_and_down(several: Flask) -> None:
    browser = Browser(several)
    page = press(browser, browser.open(LIST), "up-4")
    assert "The channel has its new place." in page.text
    assert numbers(several) == {"ort": 1, "three": 2, "two": 3, "sport/espn hd": None}
    press(browser, page, "down-1")
    assert list(numbers(several)) == ["three", "ort", "two", "sport/espn hd"]
    press(browser, browser.open(LIST), "up-2")
    assert numbers(several) == {"three": 1, "ort": 2, "sport/espn hd": 3, "two": 4}
    ids = {attributes.get("id") for _, attributes in browser.open(LIST).elements}
    assert {"down-4", "up-1", "down-2", "up-3"} <= ids
    assert not {"up-4", "down-3"} & ids


def test_moving_keeps_to_the_part_of_the_list_that_is_shown(several: Flask) -> None:
    browser = Browser(several)
    page = press(browser, browser.open(f"{LIST}?group=News"), "up-3")
    assert "group=News" in browser.address
    assert list(numbers(several)) == ["two", "ort", "three", "sport/espn hd"]
    assert "2 channels" in page.text


def test_a_number_is_typed_in_the_list(several: Flask) -> None:
    browser = Browser(several)
    form = browser.open(f"{LIST}?q=t").form("channels/4/place")
    assert form.value("number") == "3"
    browser.send(form, number=" 1 ")
    assert "q=t" in browser.address
    assert numbers(several) == {"three": 1, "ort": 2, "two": 3, "sport/espn hd": None}
    browser.send(browser.open(f"{LIST}?q=t").form("channels/4/place"), number="")
    assert numbers(several)["three"] is None


@pytest.mark.parametrize("typed", ["many", "-1", "9999999", "1.5"])
def test_a_number_that_cant_be_used_stays_in_its_field(several: Flask, typed: str) -> None:
    browser = Browser(several)
    before = numbers(several)
    page = browser.send(browser.open(LIST).form("channels/4/place"), number=typed)
    assert browser.status == 422
    field = page.by_id("number-4")
    assert (field["value"], field["aria-invalid"]) == (typed, "true")
    assert "autofocus" in field
    assert "must be" in page.words_of("iptv-refused").lower()
    assert page.wrong == []
    assert numbers(several) == before


def test_a_move_beside_a_channel_that_is_gone_changes_nothing(several: Flask) -> None:
    browser = Browser(several)
    before = numbers(several)
    for value in ("99", "-1", "one", "٣", "9" * 30):
        browser.post(f"{LIST}/4/place", before=value)
        assert browser.status == 404
    assert numbers(several) == before


def test_a_script_switches_a_channel_without_a_page(several: Flask) -> None:
    browser = Browser(several)
    browser.headers["Accept"] = "application/json"
    page = browser.post(f"{LIST}/1/enabled", enabled="0")
    assert (browser.status, page.html) == (204, "")
    with several.app_context():
        assert channels.get("ort").enabled is False
    browser.post(f"{LIST}/99/enabled", enabled="0")
    assert browser.status == 404


def test_channels_are_moved_over_the_edge_of_a_page(
    several: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "ROWS", 2)
    browser = Browser(several)
    page = browser.open(LIST)
    press(browser, page, "down-3")
    assert list(numbers(several)) == ["ort", "three", "two", "sport/espn hd"]
    monkeypatch.setattr(lists, "ROWS", 1)
    page = browser.open(f"{LIST}?group=News")
    assert page.by_id("down-1")["value"] == "3", "the next of those that are shown"
    page = browser.open(page.link("Next page"))
    assert page.by_id("up-3")["value"] == "1"
    monkeypatch.setattr(lists, "ROWS", 2)
    page = browser.open(browser.open(f"{LIST}?server=main").link("Next page"))
    press(browser, page, "up-3")
    assert list(numbers(several)) == ["ort", "two", "three", "sport/espn hd"]
    page = browser.open(f"{LIST}?group=News")
    ids = {attributes.get("id") for _, attributes in page.elements}
    assert not {"up-1", "down-3"} & ids, "there is none beyond, in what is shown"


def test_a_group_is_renamed(several: Flask) -> None:
    browser = Browser(several)
    page = browser.open(f"{LIST}?group=News")
    page = browser.send(page.form("channels/group"), name="<b>новости</b>")
    assert "The group was renamed." in page.text
    assert "2 channels" in page.text
    assert page.wrong == []
    page = browser.send(page.form("channels/group"), name="x" * 300)
    assert browser.status == 422
    browser.send(page.form("channels/group"), name="")
    with several.app_context():
        assert channels.get("ort").group is None


def test_a_list_of_5000_channels_is_light(several: Flask) -> None:
    now = utcnow()
    common = {"created_at": now, "updated_at": now, "server_id": 1}
    rows = [
        {"name": f"n{i}", "title": f"Канал {i}", "number": i, "group": f"g{i % 100}", **common}
        for i in range(10, 5010)
    ]
    with several.app_context():
        database.session().execute(sa.insert(Channel), rows)
        database.session().commit()
    browser = Browser(several)
    with statements() as seen:
        page = browser.open(LIST)
    assert len(seen) <= 7, seen
    assert len(page.html) < 160_000
    with statements() as seen:
        press(browser, page, "down-1")
    assert len(seen) <= 16, seen
    assert list(numbers(several))[:2] == ["two", "ort"]
