"""Watching a channel in a real browser: a picture plays, or words say why it does not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask

from example_app.media_server import start
from flask_iptv import channels, database, servers
from tests.real.ports import LOOPBACK
from tests.real.site import serve

from .screens import complaints

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse
    from playwright.sync_api import Browser, Page

KEY = "mysecretkey"
PLAYING = (
    "() => { const v = document.querySelector('video'); return v.currentTime > 1 && v.videoWidth }"
)
SAID = ".iptv-watch-said"
FAILED = f"{SAID}.iptv-failed"


@pytest.fixture
def site(make_app: Callable[..., Flask]) -> Flask:
    """A site with one channel, whose server is still to be found."""
    app = make_app(iptv={"admin_decorators": [lambda view: view]}, IPTV_SECURETOKEN_KEYS=[KEY])
    with app.app_context():
        servers.create(name="demo", url="http://127.0.0.1:1")
        channels.create(name="ort", title="ORT", server="demo")
        database.session().commit()
    return app


@contextmanager
def media_server(site: Flask, address: str) -> Iterator[str]:
    """The demonstration media server, as the server of the site's channel."""
    with start(LOOPBACK, 0, f"{address}/tv/auth") as running:
        at(site, running.url)
        yield running.url


def at(site: Flask, url: str, key: str = KEY) -> None:
    """Say where the server of the channel is, and with which key it checks links."""
    with site.app_context():
        servers.update(servers.get("demo"), url=url, securetoken_keys=[key])
        database.session().commit()


@contextmanager
def watching(chromium: Browser, address: str, output: str) -> Iterator[Page]:
    """A page on which the channel is being watched."""
    page = chromium.new_page()
    try:
        page.goto(f"{address}/tv/admin/channels/1/watch?output={output}")
        yield page
    finally:
        page.close()


@pytest.mark.parametrize("output", ["hls", "mpegts"])
def test_a_channel_plays_in_the_page(chromium: Browser, site: Flask, output: str) -> None:
    with serve(site) as address, media_server(site, address):
        page = chromium.new_page()
        with complaints(page) as complained:
            page.goto(f"{address}/tv/admin/channels/1/watch?output={output}")
            page.wait_for_function(PLAYING)
            assert page.evaluate("document.querySelector('video').videoHeight") > 0
        page.close()
        assert complained == []


def answer(status: int, text: str, **headers: str) -> Callable[..., Any]:
    """A media server that always answers the same."""

    def app(environ: dict[str, Any], start_response: StartResponse) -> list[bytes]:
        sent = [(name.replace("_", "-"), value) for name, value in headers.items()]
        start_response(f"{status} X", [("Content-Type", "text/plain"), *sent])
        return [text.encode()]

    return app


@pytest.mark.parametrize("output", ["hls", "mpegts"])
@pytest.mark.parametrize(
    ("media", "words"),
    [
        (answer(403, "Too many", Access_Control_Allow_Origin="*"), "It says: Too many"),
        (answer(403, "", Access_Control_Allow_Origin="*"), "gave no reason"),
        (answer(404, "", Access_Control_Allow_Origin="*"), "no such stream"),
        (answer(500, "Oh", Access_Control_Allow_Origin="*"), "with status 500. It says: Oh"),
        (answer(403, "Too many"), "Access-Control-Allow-Origin"),
        (answer(302, "", Location="http://127.0.0.1:9/x", Access_Control_Allow_Origin="*"),
         "leads to another address"),
    ],
    ids=["reason", "silent", "missing", "broken", "cors", "elsewhere"],
)  # fmt: skip
def test_what_keeps_a_channel_from_playing_is_said(
    chromium: Browser, site: Flask, media: Callable[..., Any], words: str, output: str
) -> None:
    with serve(site) as address, serve(media) as media_address:
        at(site, media_address)
        with watching(chromium, address, output) as page:
            page.wait_for_selector(FAILED)
            assert words in page.inner_text(SAID)


@pytest.mark.parametrize("width", [320, 390, 800])
def test_words_below_the_picture_move_nothing(chromium: Browser, site: Flask, width: int) -> None:
    with serve(site) as address:
        page = chromium.new_page(viewport={"width": width, "height": 900})
        page.goto(f"{address}/tv/admin/channels/1/watch")
        page.wait_for_selector(FAILED)
        moved = page.evaluate(
            """() => {
              const said = document.querySelector(".iptv-watch-said");
              const below = document.getElementById("iptv-elsewhere");
              said.textContent = "";
              const before = below.getBoundingClientRect().top;
              said.textContent = document.querySelector(".iptv-screen").dataset.iptvMuted;
              return below.getBoundingClientRect().top - before;
            }"""
        )
        page.close()
    assert moved == 0


def test_a_media_server_that_is_off_is_said(chromium: Browser, site: Flask) -> None:
    with serve(answer(200, "")) as gone:
        pass
    at(site, gone)
    with serve(site) as address, watching(chromium, address, "hls") as page:
        page.wait_for_selector(FAILED)
        assert f"{gone} does not answer this browser" in page.inner_text(SAID)
