"""``make screenshots``: pictures of the main pages for the README and the documentation."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, expect

from flask_iptv.migrations import upgrade
from tests.real.chromium import open_chromium
from tests.real.ffmpeg import make_hls, make_mpegts

from . import showcase
from .clock import standing_still
from .screens import DESKTOP, PHONE, Scheme, Screen, opened
from .site import Site, open_harbour, open_site

FOLDER = Path(__file__).resolve().parent.parent.parent / "docs" / "img"


class Picture(NamedTuple):
    """A page as it is shown.

    :param before: what is done on it first.
    """

    name: str
    address: str
    screen: Screen = DESKTOP
    scheme: Scheme = "light"
    before: Callable[[Page], None] | None = None


def log_in(page: Page, site: Site, password: str) -> None:
    """Log in to the example site."""
    page.goto(f"{site.url}/login")
    page.get_by_label("Name").fill("admin")
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/tv/admin/")


def wait_for_picture(page: Page) -> None:
    """Stop at one and the same picture of what plays."""
    expect(page.locator(".iptv-watch-said")).to_contain_text("It plays without sound")
    page.wait_for_function(LOADED)
    page.evaluate(STOP)


LOADED = """() => {
  const {buffered, currentTime} = document.querySelector("video");
  return currentTime > 0.5 && buffered.end(0) > 3;
}"""
STOP = """() => new Promise((done) => {
  const video = document.querySelector("video");
  video.addEventListener("seeked", () => requestAnimationFrame(done), {once: true});
  // They fade away at a time of their own.
  video.controls = false;
  video.pause();
  video.currentTime = 2;
})"""

PICTURES = (
    Picture("users", "/tv/admin/users"),
    Picture("channels", "/tv/admin/channels"),
    Picture("packages", "/tv/admin/packages/2/channels"),
    Picture("live", "/tv/admin/sessions?period=day"),
    Picture("live-dark", "/tv/admin/sessions?period=day", scheme="dark"),
    Picture("user", "/tv/admin/users/1/playlists"),
    Picture("watch", "/tv/admin/channels/1/watch", before=wait_for_picture),
    Picture("viewer", f"/tv/my/{showcase.key('anna.keller')}", PHONE),
)


def take(browser: Browser, folder: Path) -> Iterator[Path]:
    """Take all pictures.

    As on mobile devices, scrollbars take no room beside the page.

    :param folder: where they are put.
    """
    with _site() as site:
        for picture in PICTURES:
            with opened(browser, picture.screen, picture.scheme, is_mobile=True) as page:
                yield _take(page, site, picture, folder)
    with _harbour() as (site, password), opened(browser, DESKTOP, is_mobile=True) as page:
        log_in(page, site, password)
        yield _take(page, site, Picture("host", "/tv/admin/users"), folder)


def _take(page: Page, site: Site, picture: Picture, folder: Path) -> Path:
    page.clock.set_fixed_time(showcase.NOW)
    answer = page.goto(site.url + picture.address)
    if answer is None or not answer.ok:
        raise RuntimeError(f"{picture.address} can't be shown: {answer and answer.status_text}")
    if picture.before:
        picture.before(page)
    path = folder / f"{picture.name}.png"
    page.screenshot(path=path, animations="disabled", caret="hide")
    return path


@contextmanager
def _site() -> Iterator[Site]:
    with TemporaryDirectory() as folder, standing_still(showcase.NOW) as clock:
        tables = Path(folder) / "tables.sqlite"
        engine = sa.create_engine(f"sqlite:///{tables}")
        with engine.begin() as connection:
            upgrade(connection)
        engine.dispose()
        with open_site(Path(folder), tables, _clip(Path(folder)), **showcase.CONFIG) as site:
            showcase.fill(site, clock)
            yield site


@contextmanager
def _harbour() -> Iterator[tuple[Site, str]]:
    with (
        TemporaryDirectory() as folder,
        standing_still(showcase.NOW) as clock,
        open_harbour(Path(folder), _clip(Path(folder)), **showcase.CONFIG) as (site, password),
    ):
        showcase.fill(site, clock)
        yield site, password


def _clip(folder: Path) -> Path:
    clip = make_mpegts(folder / "clip.ts", picture="smptehdbars=size=640x360")
    return make_hls(folder / "clip", clip).parent


def main() -> None:
    """Take the pictures, and say which."""
    FOLDER.mkdir(exist_ok=True)
    try:
        with open_chromium() as browser:
            for path in take(browser, FOLDER):
                sys.stdout.write(f"{path.relative_to(FOLDER.parent.parent)}\n")
    except (pytest.skip.Exception, pytest.fail.Exception) as error:
        # What is missing is said in the same words as in a test.
        sys.exit(str(error))


if __name__ == "__main__":
    main()
