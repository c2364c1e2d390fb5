"""A walk through every page of a site, on which each is looked at by a test of its own."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Page

from flask_iptv import IPTV

from .addresses import STATES, addresses
from .screens import Screen, faults, inaccessible
from .site import Site


def _known() -> list[str]:
    app = Flask("known")
    app.config["IPTV_AUTH_SECRET"] = "known"
    app.register_blueprint(IPTV(), url_prefix="/tv")
    return addresses(app, states=())


KNOWN = _known()
"""The addresses of a site, which tests are named after before a site runs."""

every_page = pytest.mark.parametrize("address", KNOWN)
every_state = pytest.mark.parametrize("address", [*KNOWN, *(f"/tv{state}" for state in STATES)])


def visit(page: Page, site: Site, address: str, *sizes: Screen) -> None:
    """Open a page, and fail with a line for each thing that is wrong.

    :param sizes: further sizes of the screen at which nothing may be cut off.
    """
    if _is_page(page, site, address):
        _fail(faults(page, site.url + address, *sizes))


def examine(page: Page, site: Site, address: str, *sizes: Screen) -> None:
    """Visit a page, and fail as well if some can't see, hear or operate it.

    What axe finds is the same at each size but for what a layout shows or hides, and it takes
    longer than all else: of the three walks, the one with the layout of a desk and the one with
    that of a phone in the frame of a host examine.
    """
    if _is_page(page, site, address):
        _fail([*faults(page, site.url + address, *sizes), *inaccessible(page)])


def _is_page(page: Page, site: Site, address: str) -> bool:
    assert addresses(site.app, states=()) == KNOWN
    answer = page.request.get(site.url + address)
    try:
        assert answer.status == 200
        # What is no whole page, such as data or a picture, only has to answer.
        return answer.body().lstrip()[:15].lower() == b"<!doctype html>"
    finally:
        answer.dispose()


def _fail(wrong: list[str]) -> None:
    if wrong:
        pytest.fail("\n".join(wrong), pytrace=False)
