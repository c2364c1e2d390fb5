"""The live page in a real browser: it updates by itself, and viewers are cut in it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from .lively import watch
from .site import Site

#: More milliseconds than pass between two updates.
LATER = 60_000


def test_the_page_updates_by_itself(page: Page, lively_site: Site) -> None:
    page.clock.install()
    page.goto(f"{lively_site.url}/tv/admin/sessions")
    newcomer = page.get_by_role("row", name=re.compile("198.51.100.1"))
    expect(newcomer).to_have_count(0)
    assert watch(lively_site, "ort", "eves-token", ip="198.51.100.1") == 200
    page.clock.run_for(LATER)
    expect(newcomer).to_be_visible()


def test_the_page_stands_still_while_updates_are_paused(page: Page, lively_site: Site) -> None:
    page.clock.install()
    page.goto(f"{lively_site.url}/tv/admin/sessions")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.resource_type))
    page.get_by_role("button", name="Pause updates").click()
    expect(page.get_by_text("Updates are paused.")).to_be_visible()
    page.clock.run_for(10 * LATER)
    assert "fetch" not in asked
    expect(page.get_by_role("button", name="Pause updates")).to_have_count(0)
    page.get_by_role("button", name="Resume updates").click()
    page.clock.run_for(LATER)
    expect(page.get_by_text("Updates are paused.")).to_have_count(0)
    assert "fetch" in asked


def test_a_viewer_is_cut(page: Page, lively_site: Site) -> None:
    assert watch(lively_site, "sport/espn hd", "eves-token", ip="198.51.100.2") == 200
    page.goto(f"{lively_site.url}/tv/admin/sessions")
    viewer = page.get_by_role("row", name=re.compile("198.51.100.2"))
    viewer.get_by_role("button", name="Cut eve on ESPN HD").click()
    expect(page.get_by_text(re.compile("eve on ESPN HD was cut"))).to_be_visible()
    expect(viewer).to_have_count(0)
    assert watch(lively_site, "sport/espn hd", "eves-token", ip="198.51.100.2") == 403


def test_the_plots_of_all_periods_are_drawn(page: Page, lively_site: Site) -> None:
    page.goto(f"{lively_site.url}/tv/admin/sessions")
    for period in ("Day", "Month", "Hour"):
        choice = page.get_by_role("link", name=period, exact=True)
        choice.click()
        expect(choice).to_have_attribute("aria-current", "true")
        expect(page.locator(".iptv-plot").first).to_be_visible()


def updated(page: Page, is_so: Callable[[], bool]) -> None:
    """Let updates pass until something is so."""
    for _ in range(100):
        if is_so():
            return
        page.clock.run_for(LATER)
        # What was asked before this is answered by then.
        page.evaluate("fetch(location.href).then((answer) => answer.text())")
    pytest.fail("it never was")


def test_a_list_that_stands_still_below_a_finger_says_so(page: Page, lively_site: Site) -> None:
    assert watch(lively_site, "ort", "eves-token", ip="198.51.100.3") == 200
    page.clock.install()
    page.goto(f"{lively_site.url}/tv/admin/sessions")
    page.get_by_role("button", name=re.compile("^Cut ")).first.focus()
    words = page.get_by_text("while a button is pointed at")
    updated(page, lambda: words.count() == 1)
    page.get_by_role("searchbox").focus()
    updated(page, lambda: words.count() == 0)


def test_viewers_are_found_as_one_types(page: Page, lively_site: Site) -> None:
    assert watch(lively_site, "ort", "eves-token", ip="198.51.100.4") == 200
    page.goto(f"{lively_site.url}/tv/admin/sessions")
    page.get_by_role("searchbox").fill("198.51.100.4")
    page.wait_for_url("**/sessions?q=198.51.100.4")
    expect(page.locator(".iptv-viewers tbody tr")).to_have_count(1)
    expect(page.get_by_text("Only with “198.51.100.4”")).to_be_visible()
    # The numbers above the list, whose links keep the search.
    day = page.get_by_role("link", name="Day", exact=True)
    expect(day).to_have_attribute("href", re.compile("q=198"))
    page.get_by_role("searchbox").fill("nobody at all")
    expect(page.get_by_role("heading", name="Nobody like that is watching")).to_be_visible()
