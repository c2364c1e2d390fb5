"""Scripts of the pages of channels and packages in a real browser: what they change is saved."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from flask import Flask

from flask_iptv import channels, database, packages
from tests.hosts.guards import SEASURF, ignore_utcnow
from tests.real.site import serve

from .screens import complaints

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = ignore_utcnow

LIST = "/tv/admin/channels"
FAILED = ".iptv-channels-said.iptv-failed"


@pytest.fixture
def site(make_app: Callable[..., Flask]) -> Flask:
    """A site with the channels ``a`` to ``f``, numbered from 1, and a package of ``a``.

    Its guard asks everything that scripts send for a token.
    """
    app = make_app(iptv={"admin_decorators": [lambda view: view]})
    SEASURF.put_on(app)
    with app.app_context():
        for number, name in enumerate("abcdef", 1):
            channels.create(name=name, number=number, group="Odd" if number % 2 else "Even")
        packages.create(name="basic", channels=["a"])
        database.session().commit()
    return app


@pytest.fixture
def address(site: Flask) -> Iterator[str]:
    """Where the site is."""
    with serve(site) as address:
        yield address


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page of the browser, on which nothing goes wrong unless a test wants it."""
    page = chromium.new_page()
    yield page
    page.close()


def order(site: Flask) -> str:
    """The channels in the order of the list."""
    with site.app_context():
        return "".join(channel.name for channel in channels.page(sort="number").items)


def shown(page: Page) -> str:
    """The channels in the order of the page."""
    return "".join(page.locator(".iptv-with-logo a").all_inner_texts())


def test_a_channel_is_switched_without_a_page_load(site: Flask, address: str, page: Page) -> None:
    with complaints(page) as complained:
        page.goto(address + LIST)
        switch = page.get_by_role("switch", name="b: enabled")
        with page.expect_response("**/channels/2/enabled") as answered:
            switch.click()
        assert answered.value.status == 204
        assert switch.get_attribute("aria-checked") == "false"
        with page.expect_response("**/channels/2/enabled"):
            switch.press("Enter")
        assert switch.get_attribute("aria-checked") == "true"
    assert complained == []
    with site.app_context():
        assert channels.get("b").enabled is True


def test_a_switch_goes_back_when_it_is_not_saved(address: str, page: Page) -> None:
    page.goto(address + LIST)
    page.route("**/enabled", lambda route: route.abort())
    switch = page.get_by_role("switch", name="b: enabled")
    switch.click()
    page.wait_for_selector(FAILED)
    assert switch.get_attribute("aria-checked") == "true"
    assert page.locator("#channel-2 input[name=enabled]").input_value() == "0"


def test_channels_are_moved_from_the_keyboard_and_the_focus_stays(
    site: Flask, address: str, page: Page
) -> None:
    with complaints(page) as complained:
        page.goto(address + LIST)
        page.focus("#down-1")
        for place in (2, 3):
            page.keyboard.press("Enter")
            page.wait_for_selector(f"tbody tr:nth-child({place}) #down-1:focus")
        page.fill("#number-6", "1")
        page.keyboard.press("Enter")
        page.wait_for_selector("tbody tr:first-child #number-6")
        assert "has its new place" in page.inner_text(".iptv-channels-said")
    assert complained == []
    assert order(site) == shown(page) == "fbcade"


@pytest.mark.parametrize("part", [".iptv-logo", ".iptv-grip"])
def test_a_channel_is_dragged(site: Flask, address: str, page: Page, part: str) -> None:
    page.goto(address + LIST)
    assert page.locator(".iptv-grip").first.get_attribute("title") == "Drag to reorder"
    for dragged, to, expected in ((5, 2, "aebcdf"), (1, 4, "ebcdaf")):
        page.hover(f"#channel-{dragged} {part}")
        page.mouse.down()
        with page.expect_response("**/place*"):
            page.hover(f"#channel-{to} .iptv-logo")
            page.mouse.up()
        page.wait_for_function("() => !document.querySelector('.iptv-dragged')")
        assert order(site) == expected


def test_a_number_that_is_typed_is_sent_once(site: Flask, address: str, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.method))
    page.goto(address + LIST)
    page.fill("#number-6", "1")
    page.keyboard.press("Enter")
    page.wait_for_selector("tbody tr:first-child #number-6")
    page.fill("#number-6", "3")
    page.focus("#number-1")
    page.wait_for_selector("tbody tr:nth-child(3) #number-6")
    assert asked.count("POST") == 2
    assert order(site) == "abfcde"


def test_ticked_channels_are_counted_and_put_into_a_group(
    site: Flask, address: str, page: Page
) -> None:
    with complaints(page) as complained:
        page.goto(address + LIST)
        page.get_by_label("Tick all on this page").check()
        page.get_by_text("6 ticked").wait_for()
        page.get_by_label("Tick b", exact=True).uncheck()
        page.get_by_text("5 ticked").wait_for()
        page.select_option("select[name=group]", "Odd")
        page.get_by_text("None ticked").wait_for()
        page.get_by_label("Tick c", exact=True).check()
        page.get_by_role("button", name="Set group…").click()
        page.fill("#iptv-into", "Kids")
        page.keyboard.press("Enter")
        page.get_by_text("1 channel has another group now.").wait_for()
    assert complained == []
    with site.app_context():
        assert channels.get("c").group == "Kids"
        assert all(channel.enabled for channel in channels.page().items)


def test_a_number_that_cant_be_used_is_marked(address: str, page: Page) -> None:
    page.goto(address + LIST)
    page.fill("#number-2", "many")
    page.keyboard.press("Enter")
    page.wait_for_selector("#iptv-refused")
    assert page.evaluate("document.activeElement.id") == "number-2"
    assert page.input_value("#number-2") == "many"


def test_the_list_is_searched_as_one_types_and_still_switches(
    site: Flask, address: str, page: Page
) -> None:
    page.goto(address + LIST)
    page.select_option("select[name=group]", "Odd")
    page.wait_for_function("() => document.querySelectorAll('.iptv-with-logo').length === 3")
    assert page.url.endswith("group=Odd")
    with page.expect_response("**/enabled*"):
        page.get_by_role("switch", name="c: enabled").click()
    with site.app_context():
        assert channels.get("c").enabled is False


def test_ticks_of_a_package_are_saved_at_once(site: Flask, address: str, page: Page) -> None:
    with complaints(page) as complained:
        page.goto(f"{address}/tv/admin/packages/1/channels")
        page.get_by_label("b Even").check()
        page.locator("output[form]", has_text="2 channels are in it").wait_for()
        page.get_by_label("a Odd").uncheck()
        page.locator("output[form]", has_text="1 channel is in it").wait_for()
    assert complained == []
    with site.app_context():
        assert [channel.name for channel in packages.get("basic").channels] == ["b"]
    page.route("**/packages/1/channels", lambda route: route.abort())
    page.get_by_label("c Odd").click()
    page.wait_for_selector(".iptv-members-failed")
    assert not page.get_by_label("c Odd").is_checked()
