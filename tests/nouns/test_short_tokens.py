"""Tokens that people choose have at least 8 characters; shorter ones from elsewhere stay."""

from __future__ import annotations

from typing import Any

from flask import Flask

from flask_iptv import database, users
from tests.admin.browser import Browser
from tests.api.caller import Caller
from tests.cli.runner import iptv, refusal
from tests.old_users import old_user

SAID = "at least 8 characters"


def bring(app: Flask) -> int:
    """Let a user come with a token of four letters."""
    with app.app_context():
        user = old_user(name="old", key="1234")
        database.session().commit()
        return user.id


def key_of(app: Flask, name: str) -> str:
    with app.app_context():
        return users.by_name(name).key


def test_the_api_refuses_them_and_takes_back_what_it_gave(app: Flask) -> None:
    api = Caller(app.test_client())
    address = f"/users/{bring(app)}"
    for method, path in (("POST", "/users"), ("PUT", address)):
        answer = api.send(method, path, {"name": "new", "key": "1234567"})
        assert answer.status_code == 422
        (problem,) = answer.get_json()["errors"]
        assert (problem["field"], problem["value"]) == ("key", None)
        assert SAID in problem["message"]
    given = api.get(address) | {"comment": "kept"}
    assert api.change(address, **given)["key"] == "1234"
    assert api.change(address, key="12345678")["key"] == "12345678"


def test_the_document_says_so(app: Flask) -> None:
    schemas: dict[str, Any] = Caller(app.test_client()).get("/openapi.json")["components"][
        "schemas"
    ]
    for name in ("UserFields", "UserChanges"):
        choices = schemas[name]["properties"]["key"]["anyOf"]
        assert [told.get("minLength") for told in choices] == [8, None]


def test_the_form_refuses_them_and_saves_an_older_one(app: Flask) -> None:
    number = bring(app)
    browser = Browser(app)
    page = browser.open(f"/tv/admin/users/{number}?change=key")
    page = browser.send(page, key="1234567")
    assert SAID in page.text
    browser.send(browser.open(f"/tv/admin/users/{number}"), comment="kept")
    with app.app_context():
        user = users.by_name("old")
        assert (user.key, user.comment) == ("1234", "kept")
    assert SAID in browser.send(browser.open("/tv/admin/users/new"), name="new", key="1").text


def test_the_command_refuses_them(app: Flask) -> None:
    assert SAID in refusal(iptv(app, "users", "add", "new", "--key", "1234567"))
    assert iptv(app, "users", "add", "new", "--key", "12345678").exit_code == 0
    assert key_of(app, "new") == "12345678"


def test_an_older_one_plays_and_opens_its_pages(app: Flask) -> None:
    bring(app)
    client = app.test_client()
    assert client.get("/tv/my/1234").status_code == 200
    assert client.get("/tv/playlists/old.m3u?token=1234").status_code == 200
