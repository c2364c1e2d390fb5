"""The viewer's own page in a real browser, on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from flask_iptv import channels, database, users

from .keyboard import copied
from .screens import PHONE, complaints, opened
from .site import Site


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """Give a page of somebody who never logged in, of which the browser has no complaint."""
    phone: dict[str, Any] = {
        "is_mobile": True,
        "has_touch": True,
        "extra_http_headers": {},
        "permissions": ["clipboard-read", "clipboard-write"],
    }
    with opened(chromium, PHONE, **phone) as page, complaints(page) as heard:
        yield page
        assert heard == []


def test_a_playlist_is_copied(page: Page, lively_site: Site) -> None:
    page.goto(f"{lively_site.url}/tv/my/eves-token")
    page.get_by_text("Kodi", exact=True).tap()
    page.locator("[data-iptv-copy=iptv-for-kodi]").tap()
    expect(page.get_by_text("Copied")).to_be_visible()
    assert copied(page).startswith(f"{lively_site.url}/tv/playlists/eve")
    assert "eves-token" in copied(page)


def test_the_codes_for_other_screens_are_there(page: Page, lively_site: Site) -> None:
    page.goto(f"{lively_site.url}/tv/my/eves-token")
    codes = page.locator("figure.iptv-code svg")
    expect(codes.first).to_be_visible()


def test_a_device_is_stopped(page: Page, lively_site: Site) -> None:
    page.goto(f"{lively_site.url}/tv/my/bobs-token")
    page.get_by_role("link", name="Stop").tap()
    page.get_by_role("button", name="Stop the device").tap()
    expect(page.get_by_text("That device was told to stop.")).to_be_visible()


def test_the_page_tells_no_other_site_of_itself(page: Page, lively_site: Site) -> None:
    page.goto(f"{lively_site.url}/tv/my/eves-token")
    assert page.evaluate("document.querySelectorAll('a[href^=http]').length") == 0
    answer = page.request.get(page.url)
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "noindex" in answer.headers["x-robots-tag"]


def test_an_address_of_nobody_says_so(page: Page, lively_site: Site) -> None:
    with lively_site.app.app_context():
        assert users.page(search="nobody").count == 0
    answer = page.request.get(f"{lively_site.url}/tv/my/nobodys-token")
    assert answer.status == 404
    assert "This page is not here" in answer.text()


def test_channels_are_found_as_one_types(page: Page, lively_site: Site) -> None:
    with lively_site.app.app_context():
        for number in range(30):
            channels.create(name=f"found{number}", title=f"Found {number:02}", server="main")
        database.session().commit()
    page.goto(f"{lively_site.url}/tv/my/eves-token")
    search = page.get_by_role("searchbox")
    search.fill("found 07")
    page.wait_for_url("**q=found+07*")
    expect(page.locator("#iptv-channels-found li")).to_have_count(1)
    expect(search).to_be_focused()
    expect(page.locator(".iptv-narrowed")).to_contain_text("1 channel has")
    search.fill("")
    expect(page.locator(".iptv-narrowed")).to_have_count(0)
    with lively_site.app.app_context():
        for number in range(30):
            channels.delete(channels.get(f"found{number}"))
        database.session().commit()
