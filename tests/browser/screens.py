"""The screens that pages are looked at, and what a browser says of a page on one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Literal, NamedTuple

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response, expect

from .site import ADMIN

# Nothing takes that long, but the machine may be busy with other tests.
SECONDS = 20
expect.set_options(timeout=SECONDS * 1000)

#: The status of a form that comes back with what is wrong in it: what a person typed, or what
#: somebody else has changed meanwhile; no fault.
WRONG_FORM = (422, 409)


class Screen(NamedTuple):
    """A size in CSS pixels."""

    width: int
    height: int


PHONE = Screen(390, 844)
NARROW = Screen(320, 640)
DESKTOP = Screen(1280, 800)
WIDE = Screen(2560, 1300)

SHIFTS = """() => new Promise((done) => {
  const shifts = [];
  const where = (source) => source.node?.outerHTML?.slice(0, 120) ?? "?";
  new PerformanceObserver((list) => {
    for (const shift of list.getEntries()) {
      if (shift.value > 0.001) shifts.push(`${shift.value}: ${shift.sources.map(where)}`);
    }
  }).observe({type: "layout-shift", buffered: true});
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(shifts))));
})"""

TOO_WIDE = """() => {
  const page = document.documentElement;
  if (page.scrollWidth <= page.clientWidth) return [];
  const scrolls = (element) => element !== document.body &&
    (getComputedStyle(element).overflowX !== "visible" || scrolls(element.parentElement));
  const widest = [...document.querySelectorAll("body *")].filter(
    (element) => element.getBoundingClientRect().right > page.clientWidth + 1 && !scrolls(element)
  );
  const tags = widest.slice(0, 4).map((element) => element.outerHTML.slice(0, 120));
  return [`${page.scrollWidth} px: ${tags}`];
}"""

AXE = "async (options) => (await axe.run(document, options)).violations"

Scheme = Literal["light", "dark"]


@contextmanager
def opened(
    browser: Browser, screen: Screen, scheme: Scheme = "light", **more: Any
) -> Iterator[Page]:
    """Open a page of a browser in which the administrator has logged in.

    :param more: options of Playwright's ``new_context``.
    """
    options: dict[str, Any] = {
        "viewport": {"width": screen.width, "height": screen.height},
        "color_scheme": scheme,
        "reduced_motion": "reduce",
        "locale": "en-GB",
        "timezone_id": "Europe/Berlin",
        "extra_http_headers": ADMIN,
    }
    context = browser.new_context(**(options | more))
    context.set_default_timeout(SECONDS * 1000)
    try:
        yield context.new_page()
    finally:
        context.close()


@contextmanager
def complaints(page: Page) -> Iterator[list[str]]:
    """What the browser complains of meanwhile: scripts, styles that a policy forbids, requests."""
    heard: list[str] = []

    def console(message: ConsoleMessage) -> None:
        is_form = any(str(status) in message.text for status in WRONG_FORM)
        if message.type in ("error", "warning") and not is_form:
            heard.append(f"console: {message.text} ({message.location.get('url')})")

    def failed(request: Request) -> None:
        # Given up on purpose: by a script, or since the page was left.
        if request.failure != "net::ERR_ABORTED":
            heard.append(f"failed: {request.method} {request.url} {request.failure}")

    def answered(response: Response) -> None:
        if response.status >= 400 and response.status not in WRONG_FORM:
            heard.append(f"{response.status}: {response.request.method} {response.url}")

    listeners: dict[Any, Callable[..., None]] = {
        "console": console,
        "pageerror": lambda error: heard.append(f"script: {error}"),
        "requestfailed": failed,
        "response": answered,
    }
    for event, listener in listeners.items():
        page.on(event, listener)
    try:
        yield heard
    finally:
        for event, listener in listeners.items():
            page.remove_listener(event, listener)


def _forget(page: Page) -> None:
    """Let the next page be new to the browser."""
    page.goto("about:blank")
    session = page.context.new_cdp_session(page)
    session.send("Network.clearBrowserCache")
    session.detach()


def faults(page: Page, address: str, *sizes: Screen) -> list[str]:
    """Open a page, and give a sentence for each fault that a person may see on it.

    :param sizes: further sizes of the screen, at which nothing may be cut off.
    """
    with complaints(page) as heard:
        page.goto(address)
        shifts = page.evaluate(SHIFTS)
        if shifts:
            # What moves by itself does so each time that a browser sees the page first. One that
            # was painted before all of it had come may move once: that tells of a busy machine.
            _forget(page)
            page.goto(address)
            shifts = page.evaluate(SHIFTS)
    found = [*heard, *(f"moves by itself: {shift}" for shift in shifts), *_cut_off(page)]
    usual = page.viewport_size
    try:
        for width, height in sizes:
            page.set_viewport_size({"width": width, "height": height})
            found += [f"at {width} px {fault}" for fault in _cut_off(page)]
    finally:
        if usual and sizes:
            page.set_viewport_size(usual)
    return found


def inaccessible(page: Page) -> list[str]:
    """Give a sentence for each thing on an open page that keeps some from reading or operating it.

    Colours are looked at in both schemes.
    """
    found = list(_violations(page))
    page.emulate_media(color_scheme="dark")
    try:
        return [*found, *(f"dark: {fault}" for fault in _violations(page, "color-contrast"))]
    finally:
        page.emulate_media(color_scheme="light")


def _violations(page: Page, *rules: str) -> Iterator[str]:
    options: dict[str, Any] = {"resultTypes": ["violations"], "preload": False}
    if rules:
        options["runOnly"] = {"type": "rule", "values": rules}
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE_SCRIPT)
    for violation in page.evaluate(AXE, options):
        first = violation["nodes"][0]
        summary = " ".join(first.get("failureSummary", "").split())
        yield f"axe: {violation['id']}, {len(violation['nodes'])} times: {first['html']}: {summary}"


def _cut_off(page: Page) -> Iterator[str]:
    yield from (f"scrolls sideways: {wide}" for wide in page.evaluate(TOO_WIDE))
