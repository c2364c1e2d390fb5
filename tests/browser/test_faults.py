"""Who looks at pages sees what is wrong with one."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event

import pytest
from flask import Flask, Response
from playwright.sync_api import Browser, Page

from tests.real.site import serve

from .screens import NARROW, PHONE, SECONDS, faults, inaccessible, opened

SOUND = "<h1>Hello</h1><p>All is well.</p>"

WRONG = {
    "script": ("<script src='/throws.js'></script>", "script: Oh no"),
    "console": ("<script src='/warns.js'></script>", "console: Look out"),
    "policy": ("<p style='color: blue'>Blue</p>", "Content Security Policy"),
    "missing": ("<img src='/nothing.png' alt=''>", "404: GET"),
    "away": ("<img src='http://elsewhere.example/logo.png' alt=''>", "ERR_NAME_NOT_RESOLVED"),
    "wide": ("<p class='wide'>Wide</p>", "scrolls sideways: 2"),
    "less wide": ("<p class='less-wide'>Wide</p>", "at 320 px scrolls sideways: "),
    "moving": (
        "<script src='/painted.js'></script><img src='/late.svg' alt=''><p>" + "Below " * 100,
        "moves by itself: 0.",
    ),
    "pale": ("<p class='pale'>Pale</p>", "axe: color-contrast"),
    "pale at night": ("<p class='dark'>Dark</p>", "dark: axe: color-contrast"),
    "nameless": ("<input>", "axe: label"),
}

STYLE = """
:root { color-scheme: light dark; }
body { margin: 0; background: Canvas; color: CanvasText; }
.wide { width: 2000px; }
.less-wide { width: 350px; }
.pale { color: #ccc; background: #fff; }
.dark { color: #333; }
"""

PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="300"></svg>'

FILES = {
    "throws.js": "throw new Error('Oh no')",
    "warns.js": "console.warn('Look out')",
    "painted.js": "const tell = new PerformanceObserver(() => fetch('/painted'));"
    "tell.observe({type: 'paint', buffered: true})",
    "page.css": STYLE,
}


@pytest.fixture(scope="module")
def phone(chromium: Browser) -> Iterator[Page]:
    """Give a page that is looked at again and again, as in the walks."""
    with opened(chromium, PHONE) as page:
        yield page


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """Give the address of a site that has a page for each fault."""
    app = Flask("wrong")

    painted = Event()

    def page(name: str) -> Response:
        painted.clear()
        wrong = WRONG[name][0] if name in WRONG else ""
        head = "<meta charset='utf-8'><title>A page</title><link rel='icon' href='data:,'>"
        head += "<meta name='viewport' content='width=device-width'>"
        head += "<link rel='stylesheet' href='/page.css'>"
        text = f"<!doctype html><html lang='en'><head>{head}</head><body><main>{SOUND}{wrong}"
        policy = {"Content-Security-Policy": "style-src 'self'"} if name == "policy" else {}
        return Response(f"{text}</main></body></html>", headers=policy)

    def late() -> Response:
        # What has not been seen yet can't move.
        painted.wait(SECONDS)
        return Response(PICTURE, mimetype="image/svg+xml")

    def seen() -> str:
        painted.set()
        return ""

    def file(name: str) -> Response:
        kind = "text/css" if name.endswith("css") else "text/javascript"
        return Response(FILES.get(name), mimetype=kind, status=200 if name in FILES else 404)

    app.add_url_rule("/pages/<name>", "page", page)
    app.add_url_rule("/late.svg", "late", late)
    app.add_url_rule("/painted", "painted", seen)
    app.add_url_rule("/<name>", "file", file)
    with serve(app) as url:
        yield url


def look(page: Page, address: str) -> list[str]:
    return [*faults(page, address, NARROW), *inaccessible(page)]


def test_a_sound_page_has_no_fault(phone: Page, url: str) -> None:
    assert look(phone, f"{url}/pages/sound") == []


@pytest.mark.parametrize("name", WRONG)
def test_a_fault_is_seen(phone: Page, url: str, name: str) -> None:
    found = look(phone, f"{url}/pages/{name}")
    assert any(WRONG[name][1] in fault for fault in found), found
