"""Who logs in on the example site gets a cookie that nobody else had, sent as safely as can be."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from http.cookies import Morsel, SimpleCookie
from pathlib import Path

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from flask_login import login_user
from werkzeug.test import TestResponse

from example_app.__main__ import open_site
from example_app.accounts import by_name
from tests.example_app.conftest import dispose

PASSWORD = "long enough"
#: What Flask-Login 0.6 calls for its cookie, from Python 3.12 on.
LATE = pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning")
#: What a proxy with HTTPS says of a visitor.
PROXIED = {"Host": "tv.example", "X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "https"}
MakeSite = Callable[[], Flask]


@pytest.fixture
def make_site(first_start: tuple[Path, str], tmp_path: Path) -> Iterator[MakeSite]:
    """Make the site as the environment says, with a view that remembers whoever asks for it."""
    made = []

    def make() -> Flask:
        app = open_site(shutil.copytree(first_start[0], tmp_path / "instance"))

        @app.get("/remembered")
        def remembered() -> str:
            login_user(by_name("admin"), remember=True)
            return request.url

        made.append(app)
        return app

    yield make
    for app in made:
        dispose(app)


def token(page: TestResponse) -> str:
    """What a form of the page brings against forgery."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert found
    return found[1]


def join(client: FlaskClient, **headers: str) -> TestResponse:
    """Become a member, as a browser sends the form."""
    values = {"name": "nora", "password": PASSWORD}
    values["csrf_token"] = token(client.get("/join", headers=headers))
    referer = {"Referer": "https://tv.example/join"}
    return client.post("/join", data=values, headers=headers | referer)


def cookies(*answers: TestResponse) -> dict[str, Morsel[str]]:
    """The cookies that these answers set."""
    found: SimpleCookie = SimpleCookie()
    for answer in answers:
        for header in answer.headers.getlist("Set-Cookie"):
            found.load(header)
    return dict(found)


@LATE
def test_behind_https_every_cookie_goes_by_https_only(
    make_site: MakeSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLASK_IPTV_PUBLIC_URL", "https://tv.example")
    client = make_site().test_client()
    joined = join(client, **PROXIED)
    assert joined.status_code == 302
    remembered = client.get("/remembered", headers=PROXIED)
    assert remembered.text == "https://tv.example/remembered"
    found = cookies(joined, remembered)
    assert found.keys() == {"harbour", "remember_token"}
    for name, cookie in found.items():
        kept = (cookie["secure"], cookie["httponly"], cookie["samesite"])
        assert kept == (True, True, "Lax"), name


@LATE
def test_without_https_the_cookies_are_kept_from_scripts_and_other_sites(
    make_site: MakeSite,
) -> None:
    client = make_site().test_client()
    joined = join(client)
    # Nobody stands before the site, so nobody is believed.
    remembered = client.get("/remembered", headers=PROXIED | {"Host": "localhost"})
    assert remembered.text == "http://localhost/remembered"
    found = cookies(joined, remembered)
    assert found.keys() == {"harbour", "remember_token"}
    for name, cookie in found.items():
        kept = (cookie["secure"], cookie["httponly"], cookie["samesite"])
        assert kept == ("", True, "Lax"), name
    assert client.get("/my-tv").status_code == 200


@pytest.mark.parametrize("path", ["/join", "/login"])
def test_who_comes_in_gets_a_new_session(make_site: MakeSite, path: str) -> None:
    client = make_site().test_client()
    if path == "/login":
        join(client)
        client.post("/logout", data={"csrf_token": token(client.get("/"))})
    # Somebody may have put a cookie of his own here, and so know what its forms bring.
    planted = token(client.get(path))
    values = {"name": "nora", "password": PASSWORD, "csrf_token": planted}
    assert client.post(path, data=values).status_code == 302
    assert client.post("/logout", data={"csrf_token": planted}).status_code == 400
    own = token(client.get("/my-tv"))
    assert client.post("/logout", data={"csrf_token": own}).status_code == 302
    with client.session_transaction() as session:
        assert dict(session) == {}
