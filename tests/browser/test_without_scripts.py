"""Whatever changes something works in a browser that runs no scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from flask_iptv import channels, packages, users

from .lively import watch
from .screens import DESKTOP, complaints, opened
from .site import Site


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    with (
        opened(chromium, DESKTOP, java_script_enabled=False) as page,
        complaints(page) as heard,
    ):
        yield page
        assert heard == []


def test_a_user_is_created_found_switched_off_and_deleted(page: Page, lively_site: Site) -> None:
    page.goto(f"{lively_site.url}/tv/admin/users/new")
    page.get_by_label("Name", exact=True).fill("plain")
    page.get_by_role("button", name="Create user").click()
    expect(page.get_by_text("The user was created.")).to_be_visible()
    expect(page.get_by_role("textbox", name="HLS playlist")).to_be_visible()
    page.goto(f"{lively_site.url}/tv/admin/users")
    page.get_by_role("searchbox").fill("plain")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("link", name="bob", exact=True)).to_have_count(0)
    page.get_by_role("switch", name="plain: enabled").click()
    expect(page.get_by_role("switch")).to_have_attribute("aria-checked", "false")
    page.get_by_role("checkbox", name="Tick plain").check()
    page.get_by_role("button", name="Enable…").click()
    page.get_by_role("button", name="Enable", exact=True).click()
    with lively_site.app.app_context():
        assert users.by_name("plain").enabled
    page.get_by_role("link", name="plain", exact=True).click()
    page.get_by_role("link", name="Delete…").click()
    page.get_by_role("button", name="Delete user").click()
    expect(page.get_by_text("The user was deleted.")).to_be_visible()


def test_nothing_is_offered_that_needs_a_script(page: Page, lively_site: Site) -> None:
    for address in ("users", "users/1/playlists", "packages/1/channels", "sessions"):
        page.goto(f"{lively_site.url}/tv/admin/{address}")
        for scripted in page.locator(".iptv-scripted").all():
            expect(scripted).to_be_hidden()


def test_channels_are_switched_moved_and_imported(page: Page, lively_site: Site) -> None:
    page.goto(f"{lively_site.url}/tv/admin/channels")
    page.get_by_role("switch", name="ORT: enabled").click()
    switch = page.get_by_role("switch", name="ORT: enabled")
    expect(switch).to_have_attribute("aria-checked", "false")
    switch.click()
    first = page.locator("table.iptv-channels tbody th a").first.inner_text()
    page.get_by_role("button", name=f"Move {first} down", exact=True).click()
    expect(page.locator("table.iptv-channels tbody th a").first).not_to_have_text(first)
    page.get_by_role("link", name="Import a playlist").click()
    playlist = f"#EXTM3U\n#EXTINF:-1,Plain TV\n{lively_site.media}/plain/index.m3u8\n"
    page.get_by_label("Or its text").fill(playlist)
    page.get_by_role("button", name="Look what would change").click()
    page.get_by_role("button", name="Import 1 channel").click()
    with lively_site.app.app_context():
        assert channels.get("plain").title == "Plain TV"


def test_the_channels_of_a_package_are_ticked_and_saved(page: Page, lively_site: Site) -> None:
    page.goto(f"{lively_site.url}/tv/admin/packages/1/channels?q=espn")
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Save these ticks").click()
    expect(page.get_by_role("checkbox")).to_be_checked()
    with lively_site.app.app_context():
        assert len(packages.get("basic").channels) == 2


def test_a_viewer_is_cut(page: Page, lively_site: Site) -> None:
    assert watch(lively_site, "sport/espn hd", "eves-token", ip="198.51.100.3") == 200
    page.goto(f"{lively_site.url}/tv/admin/sessions")
    viewer = page.get_by_role("row", name=re.compile("198.51.100.3"))
    viewer.get_by_role("button", name="Cut eve on ESPN HD").click()
    expect(viewer).to_have_count(0)


def test_the_viewers_page_shows_addresses_and_codes(page: Page, lively_site: Site) -> None:
    page.goto(f"{lively_site.url}/tv/my/eves-token")
    address = page.locator("#iptv-for-vlc")
    expect(address).to_be_visible()
    assert "eves-token" in address.input_value()
    expect(page.get_by_role("img", name="QR code of this page")).to_be_visible()
