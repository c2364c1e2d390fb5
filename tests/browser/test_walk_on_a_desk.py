"""Every page is sound on a desk."""

from __future__ import annotations

from playwright.sync_api import Browser

from .screens import DESKTOP, WIDE, opened
from .site import Site
from .walk import walk


def test_every_page_is_sound_on_a_desk(chromium: Browser, lively_site: Site) -> None:
    with opened(chromium, DESKTOP) as page:
        walk(page, lively_site, WIDE)
