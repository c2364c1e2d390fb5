"""Every page is sound in the layout of a site that forbids all but its own scripts and styles."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser

from . import lively
from .screens import DESKTOP, NARROW, PHONE, WIDE, opened
from .site import open_harbour
from .walk import walk


def test_every_page_is_sound_in_the_layout_of_a_host(
    chromium: Browser, tmp_path: Path, hls_folder: Path
) -> None:
    with open_harbour(tmp_path, hls_folder) as (site, password), opened(chromium, PHONE) as page:
        lively.fill(site)
        page.goto(f"{site.url}/login")
        page.get_by_label("Name").fill("admin")
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Log in").click()
        page.wait_for_url("**/tv/admin/")
        walk(page, site, NARROW, DESKTOP, WIDE, states=())
