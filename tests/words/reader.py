"""A reader of the pages, who knows only the language of brackets."""

from __future__ import annotations

from flask import Flask

from tests.admin.browser import Browser

from .marked import forgotten

ADMIN, MY = "/tv/admin", "/tv/my"


class Reader:
    """Opens pages, and notes what is in English."""

    def __init__(self, app: Flask, login: bool = True) -> None:
        self.browser = Browser(app) if login else Browser(app, login=None)
        self.found: list[str] = []
        self._known: set[str] = set()

    def open(self, address: str, status: int = 200) -> None:
        self._note(self.browser.open(address).html, address, status)

    def post(self, address: str, status: int = 200, **fields: str) -> None:
        self._note(self.browser.post(address, **fields).html, f"{address} {fields}", status)

    def send(self, address: str, action: str = "", status: int = 200, **fields: str) -> None:
        """Open a page, fill in its form, or the one with this action, and send it."""
        form = self.browser.open(address).form(action)
        self._note(self.browser.send(form, **fields).html, f"{address} {fields}", status)

    def check(self) -> None:
        """Demand that nothing was in English."""
        assert self.found == [], "\n".join(self.found)

    def _note(self, html: str, address: str, status: int) -> None:
        assert self.browser.status == status, f"{address} {self.browser.status}"
        assert "⟦" in html, f"{address} speaks no other language"
        for text in forgotten(html):
            if text not in self._known:
                self._known.add(text)
                self.found.append(f"{address} {text}")
