"""Every page is sound in the layout of a site that forbids all but its own scripts and styles."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from . import lively
from .screens import DESKTOP, NARROW, PHONE, WIDE, opened
from .site import Site, open_harbour
from .walk import every_page, examine


@pytest.fixture(scope="module")
def harbour(
    chromium: Browser, tmp_path_factory: pytest.TempPathFactory, hls_folder: Path
) -> Iterator[tuple[Page, Site]]:
    """Give a page on which the administrator has logged in, and the site."""
    folder = tmp_path_factory.mktemp("harbour")
    with open_harbour(folder, hls_folder) as (site, password), opened(chromium, PHONE) as page:
        lively.fill(site)
        page.goto(f"{site.url}/login")
        page.get_by_label("Name").fill("admin")
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Log in").click()
        page.wait_for_url("**/tv/admin/")
        yield page, site


@every_page
def test_a_page_is_sound_in_the_layout_of_a_host(harbour: tuple[Page, Site], address: str) -> None:
    page, site = harbour
    examine(page, site, address, NARROW, DESKTOP, WIDE)
