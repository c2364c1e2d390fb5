"""The frame of the pages: what scrolls fades at its edges, headings stand still, paper is white."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from .screens import NARROW, PHONE, Screen, opened
from .site import Site

EDGES = """() => {
  const scrolled = document.querySelectorAll(".iptv-nav ul, .iptv-tabs");
  return [...scrolled].map((strip) => {
    const style = getComputedStyle(strip);
    return [style.maskImage.match(/transparent|rgba\\(0, 0, 0, 0\\)/g).length, style.paddingInline];
  });
}"""

BELOW = """() => {
  const begin = document.querySelector(".iptv-head h1").getBoundingClientRect();
  const buttons = [...document.querySelectorAll(".iptv-head > .iptv-button")];
  const below = buttons.map((button) => button.getBoundingClientRect())
    .filter((place) => place.top >= begin.bottom);
  return below.length ? Math.min(...below.map((place) => place.left)) - begin.left : 0;
}"""

COLOURS = """() => {
  const elements = [...document.querySelectorAll(".iptv, .iptv-panel, .iptv-panel h2")];
  return elements.map((element) => getComputedStyle(element))
    .flatMap((style) => [style.backgroundColor, style.color]);
}"""


def test_what_scrolls_sideways_fades_at_both_edges(chromium: Browser, lively_site: Site) -> None:
    with opened(chromium, PHONE) as page:
        page.goto(f"{lively_site.url}/tv/admin/users/1")
        assert page.evaluate(EDGES) == [[2, "16px"], [2, "16px"]]
        chosen = page.locator(".iptv-nav [aria-current]").bounding_box()
        strip = page.locator(".iptv-nav ul").bounding_box()
        assert chosen is not None
        assert strip is not None
        assert chosen["x"] == strip["x"] + 16, "the first of them is not pushed onto the next"


@pytest.mark.parametrize("screen", [NARROW, PHONE])
@pytest.mark.parametrize("path", ["users", "channels", "sessions", "servers/1", "channels/1"])
def test_buttons_below_a_heading_begin_where_it_does(
    chromium: Browser, lively_site: Site, screen: Screen, path: str
) -> None:
    with opened(chromium, screen) as page:
        page.goto(f"{lively_site.url}/tv/admin/{path}")
        assert page.evaluate(BELOW) == 0


def test_paper_is_white_even_at_night(chromium: Browser, lively_site: Site) -> None:
    with opened(chromium, PHONE, "dark") as page:
        page.goto(f"{lively_site.url}/tv/admin/users/1/playlists")
        page.emulate_media(media="print", color_scheme="dark")
        found = set(page.evaluate(COLOURS))
        assert found <= {"rgb(255, 255, 255)", "rgb(29, 32, 39)", "rgba(0, 0, 0, 0)"}
        field = page.locator(".iptv-copy input").first
        assert field.evaluate("element => getComputedStyle(element).paddingLeft") == "11px"
