"""A browser without a window: it opens pages and sends forms as a person does."""

from __future__ import annotations

import base64
from collections.abc import Sequence

from flask import Flask
from werkzeug.datastructures import MultiDict

from tests.conftest import LOGIN

from .page import Form, Page

Typed = str | Sequence[str]


class Browser:
    """Opens pages and sends their forms; logged in unless ``login`` is ``None``."""

    def __init__(self, app: Flask, login: tuple[str, str] | None = LOGIN) -> None:
        self._client = app.test_client()
        self.headers: dict[str, str] = {}
        if login is not None:
            code = base64.b64encode(":".join(login).encode()).decode()
            self.headers["Authorization"] = f"Basic {code}"
        self.status = 0
        self.address = ""
        self.answer_headers: dict[str, str] = {}

    def open(self, address: str) -> Page:
        """Open a page."""
        return self._ask("GET", address, {})

    def send(self, page_or_form: Page | Form, **typed: Typed) -> Page:
        """Fill in a form, the page's own unless one is given, and press its button.

        :param typed: what is typed into fields; a list of values for boxes to tick, ``[]`` for
            none of them.
        """
        form = page_or_form.form() if isinstance(page_or_form, Page) else page_or_form
        unknown = typed.keys() - {control.name for control in form.controls}
        assert not unknown, f"there are no fields {unknown}"
        kept = [(name, value) for name, value in form.sent() if name not in typed]
        for name, value in typed.items():
            kept += [(name, one) for one in ([value] if isinstance(value, str) else value)]
        return self._ask(form.method.upper(), form.address, MultiDict(kept))

    def post(self, address: str, **fields: str) -> Page:
        """Post something that no form of ours sends."""
        return self._ask("POST", address, fields)

    def _ask(self, method: str, address: str, data: object) -> Page:
        answer = self._client.open(
            address,
            method=method,
            headers=self.headers,
            data=data if method == "POST" else None,
            query_string=data if method == "GET" and data else None,
            follow_redirects=True,
        )
        with answer:
            self.status, self.address = answer.status_code, answer.request.full_path.rstrip("?")
            self.answer_headers = dict(answer.headers)
            return Page(answer.text, self.address)
