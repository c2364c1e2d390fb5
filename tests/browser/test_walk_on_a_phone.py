"""Every page is sound on a phone."""

from __future__ import annotations

from playwright.sync_api import Browser

from .screens import NARROW, PHONE, opened
from .site import Site
from .walk import walk


def test_every_page_is_sound_on_a_phone(chromium: Browser, lively_site: Site) -> None:
    with opened(chromium, PHONE) as page:
        walk(page, lively_site, NARROW)
