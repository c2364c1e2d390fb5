"""Harbour TV as it is after its first start, served on a random port."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask

from example_app import keys
from example_app.__main__ import open_site
from example_app.database import db
from tests.example_app.browser import Browser, Page
from tests.real.site import serve


@dataclass(frozen=True)
class Harbour:
    """The site.

    :param url: without a slash at its end.
    :param password: of the account ``admin``.
    """

    app: Flask
    url: str
    password: str

    def browser(self) -> Browser:
        """The browser of somebody who was never here."""
        return Browser(self.url)

    def staff(self) -> Browser:
        """The browser of the administrator, logged in."""
        browser = self.browser()
        browser.log_in("admin", self.password)
        return browser

    def member(self, name: str = "nora") -> Browser:
        """The browser of a new member, logged in."""
        browser = self.browser()
        self.join(browser, name)
        return browser

    def join(self, browser: Browser, name: str, password: str = "long enough") -> Page:
        """Fill in the form of the page for new members."""
        return browser.send(browser.open("/join"), name=name, password=password)


@pytest.fixture(scope="session")
def first_start(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Give the instance folder that a first start leaves, and the password that it told."""
    folder = tmp_path_factory.mktemp("harbour")
    password = keys.new_password(folder)
    dispose(open_site(folder))
    return folder, password


@pytest.fixture
def harbour(first_start: tuple[Path, str], tmp_path: Path) -> Iterator[Harbour]:
    """The site with its administrator and its demonstration."""
    folder, password = first_start
    app = open_site(shutil.copytree(folder, tmp_path / "instance"))
    with serve(app) as url:
        yield Harbour(app, url, password)
    dispose(app)


def dispose(app: Flask) -> None:
    """Let go of what a site has opened."""
    app.extensions["iptv"].close()
    with app.app_context():
        db.engine.dispose()
