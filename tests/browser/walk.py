"""A walk through every page of a site, on which each is looked at."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from playwright.sync_api import Page

from .addresses import STATES, addresses
from .screens import Screen, faults
from .site import Site


def walk(page: Page, site: Site, *sizes: Screen, states: Sequence[str] = STATES) -> None:
    """Open every page, and fail with a line for each thing that is wrong.

    :param sizes: further sizes of the screen at which nothing may be cut off.
    :param states: what to open besides, as of :func:`~.addresses.addresses`.
    """
    wrong = []
    for address in addresses(site.app, states=states):
        answer = page.request.get(site.url + address)
        # What is no whole page, such as data or a picture, only has to answer.
        is_page = answer.body().lstrip()[:15].lower() == b"<!doctype html>"
        if answer.status != 200:
            wrong.append(f"{address}: status {answer.status}")
        elif is_page:
            found = faults(page, site.url + address, *sizes)
            wrong += [f"{address}: {fault}" for fault in found]
        answer.dispose()
    if wrong:
        pytest.fail("\n".join(wrong), pytrace=False)
