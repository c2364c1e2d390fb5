"""The live page in a real browser: it updates by itself, and viewers are cut in it."""

from __future__ import annotations

import re

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
    page.get_by_role("button", name="Pause updates").click()
    page.clock.run_for(LATER)
    expect(page.get_by_text("Updates are paused.")).to_have_count(0)
    assert "fetch" in asked


def test_a_viewer_is_cut(page: Page, lively_site: Site) -> None:
    assert watch(lively_site, "sport/espn hd", "eves-token", ip="198.51.100.2") == 200
    page.goto(f"{lively_site.url}/tv/admin/sessions")
    viewer = page.get_by_role("row", name=re.compile("198.51.100.2"))
    viewer.get_by_role("button", name="Cut eve on ESPN HD").click()
    expect(page.get_by_text(re.compile("The session was cut"))).to_be_visible()
    expect(viewer).to_have_count(0)
    assert watch(lively_site, "sport/espn hd", "eves-token", ip="198.51.100.2") == 403


def test_the_plots_of_all_periods_are_drawn(page: Page, lively_site: Site) -> None:
    page.goto(f"{lively_site.url}/tv/admin/sessions")
    for period in ("Day", "Month", "Hour"):
        choice = page.get_by_role("link", name=period, exact=True)
        choice.click()
        expect(choice).to_have_attribute("aria-current", "true")
        expect(page.locator(".iptv-plot").first).to_be_visible()
