"""Users in a real browser: made by the keyboard alone, found as one types, changed many at once."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from playwright.sync_api import Page, expect

from flask_iptv import database, users

from .keyboard import copied, tab_to
from .lively import ARABIC, EMOJI, SCRIPT
from .site import Site


def test_the_keyboard_alone_creates_a_user_and_copies_a_playlist(
    page: Page, lively_site: Site
) -> None:
    page.goto(f"{lively_site.url}/tv/admin/users")
    tab_to(page, page.get_by_role("link", name="New user"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/users/new")
    name = page.get_by_label("Name", exact=True)
    if not name.evaluate("element => element === document.activeElement"):
        tab_to(page, name)
    page.keyboard.type("keyboard & co")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The user was created.")).to_be_visible()
    tab_to(page, page.get_by_role("button", name="Copy: HLS playlist"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("Copied")).to_be_visible()
    with lively_site.app.app_context():
        key = users.by_name("keyboard & co").key
    assert copied(page) == page.get_by_role("textbox", name="HLS playlist").input_value()
    assert copied(page).startswith(f"{lively_site.url}/tv/playlists/keyboard%20&%20co")
    assert key in copied(page)


def test_a_second_click_while_the_first_is_at_work_creates_one_user(
    page: Page, lively_site: Site
) -> None:
    page.goto(f"{lively_site.url}/tv/admin/users/new")
    page.get_by_label("Name", exact=True).fill("twice")
    create = page.get_by_role("button", name="Create user")
    create.scroll_into_view_if_needed()
    box = create.bounding_box()
    assert box is not None
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    with database_held(lively_site):
        with page.expect_request(lambda request: request.method == "POST"):
            page.mouse.dblclick(*middle)
        page.mouse.click(*middle)
    expect(page.get_by_text("The user was created.")).to_be_visible()
    assert sent.count("POST") == 1
    with lively_site.app.app_context():
        assert users.page(search="twice").count == 1


@contextmanager
def database_held(site: Site) -> Iterator[None]:
    """Let whoever wants to write wait meanwhile."""
    file = site.app.config["SQLALCHEMY_DATABASE_URI"].removeprefix("sqlite:///")
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


def test_a_mistake_is_said_beside_its_field_which_has_the_focus(
    page: Page, lively_site: Site
) -> None:
    page.goto(f"{lively_site.url}/tv/admin/users/new")
    page.get_by_label("Name", exact=True).fill("مها <i>")
    page.get_by_label("Devices at once").fill("many")
    page.get_by_label("E-mail").fill("maha@example.org")
    page.get_by_role("button", name="Create user").click()
    devices = page.get_by_label("Devices at once")
    expect(devices).to_be_focused()
    expect(devices).to_have_value("many")
    expect(devices).to_have_accessible_description(re.compile("number"))
    expect(page.get_by_label("Name", exact=True)).to_have_value("مها <i>")
    expect(page.get_by_label("E-mail")).to_have_value("maha@example.org")


def test_users_are_found_as_one_types(page: Page, lively_site: Site) -> None:
    page.goto(f"{lively_site.url}/tv/admin/users")
    search = page.get_by_role("searchbox")
    search.press_sequentially("alert")
    expect(page.get_by_role("link", name=SCRIPT, exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="bob", exact=True)).to_have_count(0)
    expect(search).to_be_focused()
    expect(page).to_have_url(re.compile(r"\?q=alert$"))
    search.fill("nobody at all")
    expect(page.get_by_role("heading", name="No user found")).to_be_visible()
    search.fill("")
    expect(page.get_by_role("link", name="bob", exact=True)).to_be_visible()


def test_many_users_are_disabled_after_a_question(page: Page, lively_site: Site) -> None:
    page.goto(f"{lively_site.url}/tv/admin/users")
    for name in (ARABIC, EMOJI):
        page.get_by_role("checkbox", name=f"Tick {name}").check()
    expect(page.get_by_text("2 ticked")).to_be_visible()
    page.get_by_role("button", name="Disable…").click()
    expect(page.get_by_role("heading", name="Disable 2 users?")).to_be_visible()
    page.get_by_role("button", name="Disable", exact=True).click()
    for name in (ARABIC, EMOJI):
        switch = page.get_by_role("switch", name=f"{name}: enabled")
        expect(switch).to_have_attribute("aria-checked", "false")
    with lively_site.app.app_context():
        assert not users.by_name(ARABIC).enabled
        assert users.by_name("bob").enabled


def test_one_click_switches_a_user_off_and_on(page: Page, lively_site: Site) -> None:
    page.goto(f"{lively_site.url}/tv/admin/users")
    switch = page.get_by_role("switch", name="eve: enabled")
    for state in ("false", "true"):
        with page.expect_response(lambda answer: answer.request.method == "POST"):
            switch.click()
        expect(switch).to_have_attribute("aria-checked", state)
        with lively_site.app.app_context():
            assert users.by_name("eve").enabled is (state == "true")


def test_a_user_is_deleted_after_a_question(page: Page, lively_site: Site) -> None:
    with lively_site.app.app_context():
        leaver = users.create(name="leaver").id
        database.session().commit()
    page.goto(f"{lively_site.url}/tv/admin/users/{leaver}")
    page.get_by_role("link", name="Delete…").click()
    page.get_by_role("link", name="Cancel").click()
    page.get_by_role("link", name="Delete…").click()
    page.get_by_role("button", name="Delete user").click()
    expect(page.get_by_text("The user was deleted.")).to_be_visible()
    with lively_site.app.app_context():
        assert users.page(name="leaver").count == 0


def test_the_tabs_of_a_user_have_codes_and_sessions(page: Page, lively_site: Site) -> None:
    page.goto(f"{lively_site.url}/tv/admin/users/1")
    tabs = page.get_by_role("navigation", name="About this user")
    tabs.get_by_role("link", name="Playlists").click()
    expect(page.get_by_role("img", name="QR code of the viewer's own page")).to_be_visible()
    page.get_by_text("QR code of the XSPF playlist").click()
    expect(page.get_by_role("img", name="QR code of the XSPF playlist")).to_be_visible()
    tabs.get_by_role("link", name="Sessions").click()
    expect(page.get_by_text("192.0.2.1", exact=True)).to_be_visible()
    tabs.get_by_role("link", name="Signed links").click()
    expect(tabs.get_by_role("link", name="Signed links")).to_have_attribute("aria-current", "page")
