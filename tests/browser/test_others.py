"""What somebody else changes while a page is open, as a person meets it in a real browser."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from playwright.sync_api import Browser, Page, expect

from flask_iptv import channels, database, numbering, users

from .screens import DESKTOP, NARROW, inaccessible, opened
from .site import Site


def create(site: Site, name: str) -> str:
    """Make a user; gives the address of the form."""
    with site.app.app_context():
        user = users.create(name=name, max_sessions=1)
        database.session().commit()
        return f"{site.url}/tv/admin/users/{user.id}"


def change(site: Site, name: str, **fields: Any) -> None:
    with site.app.app_context():
        users.update(users.by_name(name), **fields)
        database.session().commit()


def test_what_both_have_changed_is_shown_and_chosen(page: Page, lively_site: Site) -> None:
    address = create(lively_site, "both")
    page.goto(address)
    page.get_by_label("Expires at (your time)").fill("2032-01-01T10:00")
    page.get_by_label("Devices at once").fill("3")
    expiry = datetime(2031, 7, 1, 12, tzinfo=timezone.utc)
    change(lively_site, "both", expires_at=expiry, max_sessions=5, email="both@example.com")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Nothing was saved: somebody else has changed")).to_be_visible()
    # In Berlin, where the reader is.
    expect(page.locator("#iptv-expires_at-clash")).to_contain_text("2031-07-01 14:00")
    expect(page.get_by_label("Expires at (your time)")).to_have_value("2032-01-01T10:00")
    expect(page.get_by_text("That is 2032-01-01 09:00 UTC.")).to_be_visible()
    expect(page.get_by_label("E-mail")).to_have_value("both@example.com")
    assert inaccessible(page) == []
    page.set_viewport_size({"width": NARROW.width, "height": NARROW.height})
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW.width
    page.locator("#iptv-expires_at-clash").get_by_label("Keep that").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The user was saved.")).to_be_visible()
    with lively_site.app.app_context():
        user = users.by_name("both")
        assert (user.expires_at, user.max_sessions) == (expiry, 3)


def test_a_page_that_comes_back_undoes_nothing(page: Page, lively_site: Site) -> None:
    address = create(lively_site, "back")
    for name, leave in (("one", page.go_back), ("two", page.reload)):
        page.goto(address)
        if name == "one":
            page.get_by_label("E-mail").fill("one@example.com")
            page.goto(f"{lively_site.url}/tv/admin/packages")
        change(lively_site, "back", comment=name, enabled=False, max_sessions=None)
        leave()
        page.get_by_label("Name", exact=True).fill("back")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text("The user was saved.")).to_be_visible()
        with lively_site.app.app_context():
            user = users.by_name("back")
            assert (user.comment, user.enabled, user.max_sessions) == (name, False, None)


def test_a_list_in_another_order_is_shown_before_it_is_changed(
    page: Page, lively_site: Site
) -> None:
    with lively_site.app.app_context():
        for number in (801, 802, 803):
            channels.create(name=f"row {number}", number=number, group="Rows")
        database.session().commit()
    page.goto(f"{lively_site.url}/tv/admin/channels?group=Rows")
    with lively_site.app.app_context():
        numbering.place(channels.get("row 803"), 801)
        database.session().commit()
    page.get_by_role("button", name="Move row 802 up").click()
    said = page.get_by_text("The numbers have changed meanwhile, so nothing was moved")
    expect(said.first).to_be_visible()
    rows = page.locator(".iptv-channels tbody th a")
    expect(rows).to_have_text(["row 803", "row 801", "row 802"])
    page.get_by_role("button", name="Move row 802 up").click()
    expect(rows).to_have_text(["row 803", "row 802", "row 801"])


def test_two_people_tick_channels_of_a_package(
    chromium: Browser, page: Page, lively_site: Site
) -> None:
    address = f"{lively_site.url}/tv/admin/packages/1/channels"
    page.goto(address)
    boxes = page.locator("[name=channels]:not(:checked)")
    first, second = boxes.nth(0).get_attribute("value"), boxes.nth(1).get_attribute("value")
    with opened(chromium, DESKTOP, java_script_enabled=False) as other:
        other.goto(address)
        with page.expect_response("**/channels"):
            page.locator(f"[name=channels][value='{first}']").check()
        other.locator(f"[name=channels][value='{second}']").check()
        other.get_by_role("button", name="Save these ticks").click()
        for value in (first, second):
            expect(other.locator(f"[name=channels][value='{value}']")).to_be_checked()


def test_a_token_is_seen_and_changed_without_scripts(chromium: Browser, lively_site: Site) -> None:
    address = create(lively_site, "asked")
    with opened(chromium, DESKTOP, java_script_enabled=False) as page:
        page.goto(address)
        page.get_by_text("Start, token, networks, comment").click()
        page.get_by_role("link", name="See or change the token").click()
        page.get_by_label("Token", exact=True).fill("chosen-by-hand")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text("The user was saved.")).to_be_visible()
    with lively_site.app.app_context():
        assert users.by_name("asked").key == "chosen-by-hand"
