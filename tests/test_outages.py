"""When the database fails: every door says what it is, and nobody hears of a server's error."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from flask_iptv import IPTV, connections, database
from flask_iptv.authorization import Authorizer
from flask_iptv.migrations import VERSION_TABLE
from tests.admin.browser import Browser
from tests.api.caller import Caller
from tests.conftest import PASSWORD_HASH, furnish
from tests.mediaservers.asking import SERVERS, Asked, allows, ask

QUERY = {"name": "ort", "token": "eves-token", "ip": "192.0.2.1"}


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Callable[[], Flask]]:
    """Make an app without a database, which has our own file; furnished the first time."""
    made: list[Flask] = []

    def make() -> Flask:
        app = Flask("host", instance_path=str(tmp_path))
        app.config.update(TESTING=True, IPTV_ADMIN_PASSWORD_HASH=PASSWORD_HASH)
        app.register_blueprint(IPTV(), url_prefix="/tv")
        app.extensions["iptv"].clock = lambda: 0.0
        made.append(app)
        return app

    first = make()
    with first.app_context():
        furnish()
        database.session().commit()
    first.extensions["iptv"].close()
    yield make
    for app in made:
        app.extensions["iptv"].close()


def auth(app: Flask, **query: str) -> TestResponse:
    return app.test_client().get("/tv/auth", query_string=QUERY | query)


def test_a_file_of_a_newer_version_is_served_on_and_told(
    own: Callable[[], Flask], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'iptv.sqlite'}")
    with engine.begin() as connection:
        connection.execute(sa.text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))
    engine.dispose()
    app = own()
    assert [auth(app).status_code for _ in range(3)] == [200] * 3
    assert Caller(app.test_client()).send("GET", "/users/1").status_code == 200
    browser = Browser(app)
    for address in ("users", "users/1", "channels", "servers", "sessions"):
        browser.open(f"/tv/admin/{address}")
        assert browser.status == 200
    assert "of a newer version of Flask-IPTV" in browser.open("/tv/admin/").text
    assert caplog.text.count("of a newer version of Flask-IPTV") == 1
    run = app.test_cli_runner().invoke
    checked = run(args=["iptv", "check", "main", "--auth-url", "http://127.0.0.1:1/"])
    assert "of a newer version of Flask-IPTV" in checked.output
    upgraded = run(args=["iptv", "upgrade"])
    assert upgraded.exit_code == 1
    assert upgraded.output.startswith("Error: the IPTV tables are of a newer version")


def test_a_file_that_is_none_is_told_at_every_door(
    own: Callable[[], Flask], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "iptv.sqlite").write_bytes(b"noise " * 2000)
    for suffix in ("-wal", "-shm"):
        (tmp_path / f"iptv.sqlite{suffix}").unlink(missing_ok=True)
    app = own()
    assert auth(app).status_code == 503
    page = Browser(app).open("/tv/admin/users")
    assert "file is not a database; its file is damaged, put a backup in its place" in page.text
    refused = Caller(app.test_client()).send("GET", "/users")
    assert refused.status_code == 503
    assert "put a backup in its place" in refused.text
    listed = app.test_cli_runner().invoke(args=["iptv", "users", "list"])
    assert listed.exit_code == 1
    assert "put a backup in its place" in listed.output
    for address in ("my/eves-token", "playlists/eve.m3u?token=eves-token"):
        assert app.test_client().get(f"/tv/{address}").status_code == 503
    assert "eves-token" not in caplog.text
    assert "Traceback" not in caplog.text


def broken(make_app: Callable[..., Flask], pragma: str) -> Flask:
    """An app whose connections to its database have a limit from now on."""
    app = make_app(IPTV_SESSION_STORE="sql:")
    with app.app_context():
        furnish()
        database.session().commit()
        engine = database.current().engine()

    def limit(connection: object, record: object) -> None:
        with closing(connection.cursor()) as cursor:  # type: ignore[attr-defined]
            cursor.execute(pragma)

    engine.dispose()
    sa.event.listen(engine, "connect", limit)
    return app


@pytest.mark.parametrize(
    ("pragma", "advice"),
    [("PRAGMA query_only=1", "let the site write to"), ("PRAGMA max_page_count=1", "make room")],
)
def test_a_disk_that_takes_nothing_is_told_and_what_is_there_is_shown(
    make_app: Callable[..., Flask], pragma: str, advice: str
) -> None:
    app = broken(make_app, pragma)
    browser = Browser(app)
    form = browser.open("/tv/admin/users/1").form()
    assert browser.status == 200
    comment = "x" * 2000
    page = browser.send(form, comment=comment)
    for number in range(20):
        if browser.status == 503:
            break
        # A page of the file may have room for some more.
        page = browser.post("/tv/admin/users/new", name=f"{number}", comment=comment)
    assert browser.status == 503
    assert advice in page.text
    assert Browser(app).open("/tv/admin/users").all("table")
    refused = Caller(app.test_client()).send("POST", "/users", {"name": "ann", "comment": comment})
    assert refused.status_code == 503
    assert advice in refused.text


def test_a_server_that_stops_while_a_connection_is_opened_is_an_outage(
    make_app: Callable[..., Flask],
    postgresql_tables_url: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    app = make_app(postgresql_tables_url)
    statements = ("SELECT pg_terminate_backend(pg_backend_pid())", "SELECT 1")
    monkeypatch.setitem(connections._OPENED, "postgresql", statements)
    assert auth(app).status_code == 503
    assert "can't answer new viewers: the database does not answer" in caplog.text
    monkeypatch.undo()
    assert auth(app).status_code == 403, "the broken connection was not kept"


@pytest.mark.parametrize("door", ["wsgi", "view"])
def test_an_error_nobody_expected_is_the_dialects_own_no_and_shows_no_token(
    make_app: Callable[..., Flask],
    door: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError(f"unexpected: {args} {kwargs}")

    monkeypatch.setattr(Authorizer, "decide", fail)
    caplog.set_level(logging.DEBUG)
    app = make_app(IPTV_AUTH_SECRET="s3cret", IPTV_AUTH_DOOR=door)
    for server in SERVERS:
        answer = ask(app, server, Asked())
        assert not allows(server, answer)
        expected = (200, "false") if server == "mistserver" else (503, "storage unavailable")
        assert (answer.status_code, answer.text) == expected
    assert auth(app, token="good", secret="s3cret").status_code == 503
    assert caplog.text.count("can't answer a media server: RuntimeError at ") == 1
    assert "endpoint.py:" in caplog.text
    for secret in ("good", "s3cret", "Traceback"):
        assert secret not in caplog.text


def test_settings_that_became_unusable_are_an_outage_and_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    app = Flask("host", instance_path=str(tmp_path))
    app.register_blueprint(IPTV(), url_prefix="/tv")
    app.config["IPTV_AUTH_DURATION"] = "long"
    assert auth(app).status_code == 503
    posted = app.test_client().post("/tv/auth/mistserver", data=b"{}")
    assert (posted.status_code, posted.text) == (200, "false")
    assert caplog.text.count("IPTV_AUTH_DURATION: 'long' can't be used") == 1
