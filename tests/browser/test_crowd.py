"""With 10,000 users and 5,000 channels, pages stay as light as with a few, and sound."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from . import crowd
from .addresses import addresses
from .screens import DESKTOP, complaints, opened
from .site import Site, open_site

#: All that a page and what it loads bring through the network, in bytes; players left aside.
HEAVIEST = 200_000
#: Elements of a page: those of a list that shows too much at once make a browser slow.
MOST_ELEMENTS = 3_000

WEIGHT = """() => {
  const plays = /\\/media\\/|\\/vendor\\//;
  const loaded = [
    ...performance.getEntriesByType("navigation"),
    ...performance.getEntriesByType("resource").filter((one) => !plays.test(one.name)),
  ];
  return {
    bytes: loaded.reduce((sum, one) => sum + one.encodedBodySize, 0),
    elements: document.querySelectorAll("*").length,
  };
}"""


@pytest.fixture(scope="module")
def crowded(
    tmp_path_factory: pytest.TempPathFactory, fresh_tables: Path, hls_folder: Path
) -> Iterator[Site]:
    with open_site(tmp_path_factory.mktemp("crowded"), fresh_tables, hls_folder) as site:
        crowd.fill(site)
        yield site


def weigh(page: Page) -> dict[str, Any]:
    weight: dict[str, Any] = page.evaluate(WEIGHT)
    return weight


def test_no_page_is_heavy(chromium: Browser, crowded: Site) -> None:
    wrong = []
    with opened(chromium, DESKTOP) as page:
        for address in addresses(crowded.app, states=()):
            with complaints(page) as heard:
                page.goto(crowded.url + address)
            weight = weigh(page)
            if weight["bytes"] > HEAVIEST or weight["elements"] > MOST_ELEMENTS:
                wrong.append(f"{address}: {weight}")
            wrong += [f"{address}: {complaint}" for complaint in heard]
    if wrong:
        pytest.fail("\n".join(wrong), pytrace=False)
