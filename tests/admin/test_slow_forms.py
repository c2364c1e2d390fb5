"""While a form is on its way nothing is held: it may come slowly, or never."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from werkzeug.routing import Rule

from flask_iptv import IPTV, users
from tests.admin.browser import Browser

#: Of these only the button counts, not what is in the form.
UNREAD = (
    "/tv/admin/servers/<int:server_id>/check",
    "/tv/admin/sessions/<int:session_id>/cut",
    "/tv/admin/users/<int:user_id>/sessions/<int:session_id>/cut",
)


class Slow(BytesIO):
    """The body of a request, which looks whether others can write while it is read.

    :param database: the file of the site.
    """

    def __init__(self, body: bytes, database: str) -> None:
        super().__init__(body)
        self._database = database
        self.reads = 0

    def readinto(self, buffer: Any, /) -> int:
        """Called by werkzeug for a part of it."""
        self.reads += 1
        with closing(sqlite3.connect(self._database, timeout=0)) as other:
            other.execute("BEGIN IMMEDIATE")
        return super().readinto(buffer)


def _posts() -> list[str]:
    app = Flask("known")
    app.config["IPTV_AUTH_SECRET"] = "known"
    app.register_blueprint(IPTV(), url_prefix="/tv")
    return sorted(rule.rule for rule in app.url_map.iter_rules() if _is_form(rule))


def _is_form(rule: Rule) -> bool:
    return rule.rule.startswith("/tv/admin/") and "POST" in (rule.methods or ())


@pytest.mark.parametrize("rule", _posts())
def test_nothing_is_held_while_a_form_is_read(provider: Flask, rule: str) -> None:
    address = "/".join("1" if part.startswith("<") else part for part in rule.split("/"))
    path = provider.config["SQLALCHEMY_DATABASE_URI"].removeprefix("sqlite:///")
    body = Slow(urlencode({"name": "another", "seen": "{}"}).encode(), path)
    with provider.app_context():
        assert users.get(1).name == "bob"
    answer = provider.test_client().post(
        address,
        input_stream=body,
        content_type="application/x-www-form-urlencoded",
        headers={**Browser(provider).headers, "Content-Length": str(len(body.getvalue()))},
    )
    assert answer.status_code < 500
    assert bool(body.reads) == (rule not in UNREAD)
