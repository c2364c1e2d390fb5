"""Fixtures for tests in a real browser: a page of it, and a site that it opens."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from . import lively
from .screens import DESKTOP, complaints, opened
from .site import Site, open_site


@pytest.fixture(scope="module")
def lively_site(
    tmp_path_factory: pytest.TempPathFactory, fresh_tables: Path, hls_folder: Path
) -> Iterator[Site]:
    """Give a site where much goes on."""
    with open_site(tmp_path_factory.mktemp("lively"), fresh_tables, hls_folder) as site:
        lively.fill(site)
        yield site


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """Give a page of an administrator, of which the browser has nothing to complain."""
    with (
        opened(chromium, DESKTOP, permissions=["clipboard-read", "clipboard-write"]) as page,
        complaints(page) as heard,
    ):
        yield page
        assert heard == []
