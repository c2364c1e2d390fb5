"""What a browser's script adds to the list of users: search as you type, and ticking all."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, Route, expect

from flask_iptv import database, users
from tests.conftest import LOGIN
from tests.patience import LIMIT
from tests.real.site import serve

LIST = "/tv/admin/users"
#: Milliseconds: much more than it takes, on however busy a machine.
PATIENCE = 1000 * LIMIT


@pytest.fixture
def page(make_app: Callable[..., Flask], chromium: Browser) -> Iterator[Page]:
    """A page of a browser at a site with 60 users, at the list."""
    app = make_app(IPTV_SESSION_STORE="sql:")
    with app.app_context():
        for number in range(60):
            users.create(name=f"user {number:02}", enabled=number != 7)
        database.session().commit()
    with serve(app) as url:
        context = chromium.new_context(
            base_url=url, http_credentials={"username": LOGIN[0], "password": LOGIN[1]}
        )
        context.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)
        page = context.new_page()
        page.goto(LIST)
        yield page
        context.close()


def test_a_list_is_searched_as_one_types(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    search = page.get_by_role("searchbox")
    search.press_sequentially("user 0")
    page.wait_for_url("**/users?q=user+0")
    expect(page.locator(".iptv-search output")).to_have_text("10 users")
    expect(page.locator("#iptv-users tbody tr")).to_have_count(10)
    expect(search).to_be_focused()
    assert len(asked) < len("user 0"), "not at every key"
    # What a search brought along is as good as what was there before.
    page.get_by_role("link", name="Disabled").click()
    page.wait_for_url("**/users?q=user+0&state=disabled")
    expect(page.locator("#iptv-users tbody tr")).to_have_count(1)
    page.get_by_role("searchbox").fill("nobody")
    page.wait_for_url("**q=nobody")
    expect(page.locator(".iptv-search output")).to_have_text("No user found")
    page.reload()
    expect(page.get_by_role("searchbox")).to_have_value("nobody")


def test_a_search_that_can_not_be_answered_shows_what_is_wrong(page: Page) -> None:
    page.route("**/users?q=*", lambda route: route.fulfill(status=503, body="<p>Out of order"))
    page.get_by_role("searchbox").fill("user")
    expect(page.get_by_text("Out of order")).to_be_visible()


def test_all_of_a_page_are_ticked_by_one_click(page: Page) -> None:
    every, said = page.locator("[data-iptv-tick-all]"), page.locator("[data-iptv-number]")
    expect(said).to_have_text("None ticked")
    every.check()
    expect(said).to_have_text("50 ticked")
    page.get_by_label("Tick user 03").uncheck()
    expect(said).to_have_text("49 ticked")
    expect(every).not_to_be_checked()
    page.get_by_role("searchbox").fill("user 00")
    page.wait_for_url("**q=user+00")
    expect(said).to_have_text("None ticked")
    page.get_by_label("Tick all on this page").check()
    expect(page.get_by_label("Tick user 00")).to_be_checked()
    page.get_by_role("button", name="Disable…").click()
    expect(page.get_by_role("heading", name="Disable 1 user?")).to_be_visible()
    page.get_by_role("button", name="Disable").click()
    expect(page.get_by_role("status").first).to_contain_text("1 user was disabled")


def test_a_user_is_disabled_and_another_extended_by_the_keyboard_alone(page: Page) -> None:
    page.get_by_label("Tick user 00").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Extend…").focus()
    page.keyboard.press("Enter")
    days = page.get_by_label("By how many days")
    days.fill("many")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Must be a whole number")).to_be_visible()
    expect(days).to_be_focused()
    days.fill("7")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("0 users have a later expiry")


def test_a_search_that_is_taken_back_replaces_nothing(page: Page) -> None:
    held: list[Route] = []
    page.route("**/users?q=*", lambda route: held.append(route))
    search = page.get_by_role("searchbox")
    with page.expect_request("**/users?q=zz"):
        search.fill("zz")
    busy = page.locator("[aria-busy]")
    expect(busy).to_have_count(1)
    search.fill("")
    expect(busy).to_have_count(0)
    for route in held:
        route.fulfill(status=200, body='<div id="iptv-users">an old answer</div>')
    page.unroute("**/users?q=*")
    search.fill("user 00")
    expect(page.locator("#iptv-users tbody tr")).to_have_count(1)
    expect(page.get_by_text("an old answer")).to_have_count(0)


def test_all_that_match_are_chosen_and_the_rows_show_it(page: Page) -> None:
    said, everyone = page.locator("[data-iptv-number]"), page.get_by_label("All 60 that match")
    one = page.get_by_label("Tick user 03")
    one.check()
    everyone.check()
    expect(said).to_have_text("All 60 are chosen")
    expect(page.locator("[name=user]:checked:disabled")).to_have_count(50)
    everyone.uncheck()
    expect(said).to_have_text("1 ticked")
    expect(one).to_be_checked()
    expect(page.locator("[name=user]:disabled")).to_have_count(0)
    everyone.check()
    page.get_by_role("button", name="Disable…").click()
    expect(page.get_by_role("heading", name="Disable 60 users?")).to_be_visible()


def test_who_comes_back_sees_how_many_are_ticked(page: Page) -> None:
    page.get_by_label("Tick user 03").check()
    page.get_by_role("link", name="user 05", exact=True).click()
    page.wait_for_url("**/users/6")
    page.go_back()
    expect(page.get_by_label("Tick user 03")).to_be_checked()
    expect(page.locator("[data-iptv-number]")).to_have_text("1 ticked")


def test_a_switch_is_switched_where_it_stands(page: Page) -> None:
    opened: list[str] = []
    page.on("framenavigated", lambda frame: opened.append(frame.url))
    row = page.locator("#user-4")
    switch = row.get_by_role("switch")
    switch.focus()
    for key, state, on in (("Space", "Disabled", "false"), ("Enter", "Active", "true")):
        page.keyboard.press(key)
        expect(switch).to_have_attribute("aria-checked", on)
        expect(row.locator("[data-iptv-state]")).to_have_text(state)
        verb = "disabled" if on == "false" else "enabled"
        expect(page.locator(".iptv-users-said")).to_contain_text(f"user 03 was {verb}")
        expect(switch).to_be_focused()
    assert opened == []
    page.route("**/enabled*", lambda route: route.fulfill(status=200, body="a login page"))
    switch.click()
    expect(page.locator(".iptv-users-said")).to_contain_text("This was not saved")
    expect(switch).to_have_attribute("aria-checked", "true")
