"""Every page is sound on a desk."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from .screens import DESKTOP, WIDE, opened
from .site import Site
from .walk import every_state, examine


@pytest.fixture(scope="module")
def desk(chromium: Browser) -> Iterator[Page]:
    with opened(chromium, DESKTOP) as page:
        yield page


@every_state
def test_a_page_is_sound_on_a_desk(desk: Page, lively_site: Site, address: str) -> None:
    examine(desk, lively_site, address, WIDE)
