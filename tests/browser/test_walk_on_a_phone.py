"""Every page is sound on a phone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from .screens import NARROW, PHONE, opened
from .site import Site
from .walk import every_state, visit


@pytest.fixture(scope="module")
def phone(chromium: Browser) -> Iterator[Page]:
    with opened(chromium, PHONE) as page:
        yield page


@every_state
def test_a_page_is_sound_on_a_phone(phone: Page, lively_site: Site, address: str) -> None:
    visit(phone, lively_site, address, NARROW)
