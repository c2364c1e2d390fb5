"""A browser without a screen: it keeps cookies and sends the forms that a page has."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin, urlsplit
from urllib.request import HTTPCookieProcessor, ProxyHandler, Request, build_opener

from tests.patience import LIMIT


@dataclass
class Form:
    """A form of a page, with what it sends if nobody types anything."""

    action: str
    method: str
    values: dict[str, str] = field(default_factory=dict)


class _Reader(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: dict[str, str] = {}
        self._in_form = False
        self._link: str | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(given.get("action", ""), given.get("method", "get").lower()))
            self._in_form = True
        elif tag == "a":
            self._link = given.get("href")
        elif self._in_form and _is_sent(tag, given):
            self.forms[-1].values[given["name"]] = given.get("value", "on")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._in_form = False
        elif tag == "a":
            self._link = None

    def handle_data(self, data: str) -> None:
        if self._link is not None and data.strip():
            self.links.setdefault(data.strip(), self._link)


def _is_sent(tag: str, given: dict[str, str]) -> bool:
    if tag not in ("input", "button") or not given.get("name"):
        return False
    return given.get("type") not in ("checkbox", "radio") or "checked" in given


@dataclass(frozen=True)
class Page:
    """What a browser shows.

    :param url: where it is after all redirects.
    """

    url: str
    status: int
    text: str

    @property
    def path(self) -> str:
        """The address below the host."""
        return urlsplit(self.url).path

    def link(self, text: str) -> str:
        """Where the first link with this text leads."""
        return _Reader(self.text).links[text]

    def form(self, action: str) -> Form:
        """The first form that posts to an address with this ending; ``""`` is the page's own."""
        posting = (form for form in _Reader(self.text).forms if form.method == "post")
        return next(
            form
            for form in posting
            if (form.action.partition("?")[0].endswith(action) if action else not form.action)
        )


class Browser:
    """One person's browser.

    :param home: the site, without a slash at its end.
    """

    def __init__(self, home: str) -> None:
        self.home = home
        self._opener = build_opener(HTTPCookieProcessor(CookieJar()), ProxyHandler({}))

    def open(self, address: str) -> Page:
        """Go to a page."""
        return self._fetch(Request(urljoin(self.home, address)))

    def send(self, page: Page, action: str = "", **typed: str) -> Page:
        """Send a form of a page.

        :param action: how the form's address ends, ``""`` for the one that has none.
        :param typed: what is typed into its fields.
        """
        form = page.form(action)
        return self.post(urljoin(page.url, form.action), form.values | typed)

    def post(self, address: str, values: dict[str, str]) -> Page:
        """Send values that no form of a page has to have."""
        url = urljoin(self.home, address)
        return self._fetch(Request(url, urlencode(values).encode(), {"Origin": self.home}))

    def log_in(self, name: str, password: str) -> Page:
        """Go to the login page and log in."""
        return self.send(self.open("/login"), name=name, password=password)

    def _fetch(self, request: Request) -> Page:
        try:
            response = self._opener.open(request, timeout=LIMIT)
        except HTTPError as error:
            response = error
        with closing(response):
            return Page(response.url, response.status, response.read().decode())
