"""``flask iptv check``: a line for each finding, and an exit code for scripts."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from flask import Flask

from flask_iptv import database, servers
from tests.cli.runner import iptv
from tests.conftest import furnish
from tests.management.web_server import WebServer, as_json
from tests.real.site import serve


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    """The small provider, whose answers need a secret."""
    app = make_app(IPTV_AUTH_SECRET="geheim", IPTV_FETCH_NETWORKS="127.0.0.0/8")
    with app.app_context():
        furnish()
        servers.create(name="rtmp", url="https://r.example", kind="nginx-rtmp")
        database.session().commit()
    return app


def give_api(app: Flask, url: str) -> None:
    with app.app_context():
        servers.update(servers.get("main"), api_url=url)
        database.session().commit()


def test_all_is_well(app: Flask) -> None:
    with WebServer() as web, serve(app) as url:
        web.answer = lambda asked: as_json({"streams": [{"name": "ort"}]})
        give_api(app, web.url)
        result = iptv(app, "check", "main", "--auth-url", f"{url}/tv/auth")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert [line[:4] for line in lines] == ["ok  "] * 5
    assert lines[0] == f"ok  Flussonic answers at 127.0.0.1:{web.port}."
    assert "geheim" not in result.output


def test_what_can_not_be_checked_begins_otherwise_and_is_not_wrong(app: Flask) -> None:
    with serve(app) as url:
        text = iptv(app, "check", "main", "--auth-url", f"{url}/tv/auth")
        told = iptv(app, "check", "main", "--auth-url", f"{url}/tv/auth", "--json")
    assert (text.exit_code, told.exit_code) == (0, 0)
    assert text.stdout.startswith("--  main has no address of its management API here")
    assert [finding["ok"] for finding in json.loads(told.stdout)["findings"]] == [None, True]


def test_what_is_wrong_begins_otherwise_and_exits_with_1(app: Flask) -> None:
    with WebServer() as web, serve(app) as url:
        give_api(app, web.url)
        result = iptv(app, "check", "main", "--auth-url", f"{url}/nowhere/auth", "--json")
        text = iptv(app, "check", "main", "--auth-url", f"{url}/nowhere/auth").stdout
    assert result.exit_code == 1
    told = json.loads(result.stdout)
    assert (told["server"], told["ok"]) == ("main", False)
    assert [finding["ok"] for finding in told["findings"]] == [False, False]
    assert f"!!  {url}/nowhere/auth is not there (404)" in text


def test_the_address_is_made_of_the_public_url_and_the_kind(
    make_app: Callable[..., Flask], app: Flask
) -> None:
    with serve(app) as url:
        other = make_app(IPTV_PUBLIC_URL=url, IPTV_AUTH_SECRET="geheim")
        assert f"{url}/tv/auth refuses" in iptv(other, "check", "main").stdout
        assert f"{url}/tv/auth/nginx-rtmp refuses" in iptv(other, "check", "rtmp").stdout


def test_an_address_that_is_not_known_was_typed_wrongly(app: Flask) -> None:
    result = iptv(app, "check", "main")
    assert result.exit_code == 2
    assert "IPTV_PUBLIC_URL" in result.stderr
    assert iptv(app, "check", "nobody").exit_code == 1
