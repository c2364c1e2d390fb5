"""Questions and the history use the host's database without getting in the way of the host."""

from __future__ import annotations

import re
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy import event

from flask_iptv import IPTV, database, sessions, users
from flask_iptv.errors import ConfigError, Unavailable
from flask_iptv.models import PastSession, utcnow
from flask_iptv.sessions import EndedSession, Ending
from tests.conftest import furnish
from tests.patience import LIMIT

QUERY = {"name": "ort", "token": "eves-token", "ip": "192.0.2.1", "session_id": "a"}


def ask(app: Flask, **query: str) -> int:
    return app.test_client().get("/tv/auth", query_string=QUERY | query).status_code


def past_sessions() -> int:
    return len(database.session().scalars(sa.select(PastSession)).all())


def fill(app: Flask) -> None:
    with app.app_context():
        furnish()
        database.session().commit()


def test_a_database_in_memory_outlives_whatever_we_do(make_app: Callable[..., Flask]) -> None:
    app = make_app("sqlite://")
    fill(app)
    assert ask(app) == 200
    with app.app_context():
        users.create(name="not committed yet")
        for _ in range(3):
            app.extensions["iptv"].tick()
        database.session().commit()
        assert users.by_name("not committed yet")
        assert ask(app, request_type="close_session") == 200
        app.extensions["iptv"].tick()
        assert past_sessions() == 1


def leave_transactions_alone(driver: sqlite3.Connection, record: object) -> None:
    driver.isolation_level = None


@pytest.fixture(params=["memory:", "sql:"])
def strict(request: pytest.FixtureRequest, make_app: Callable[..., Flask]) -> Flask:
    """A host that begins its transactions itself, as SQLAlchemy's manual shows for SQLite."""
    app = make_app(IPTV_SESSION_STORE=request.param)
    with app.app_context():
        engine = database.current().engine()
        event.listen(engine, "connect", leave_transactions_alone)
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
        engine.dispose()
    fill(app)
    return app


def test_a_host_that_begins_its_transactions_itself(strict: Flask) -> None:
    assert ask(strict) == 200
    with strict.app_context():
        user_id = users.by_name("eve").id
        assert sessions.count_by_user([user_id], now=utcnow()) == {user_id: 1}
        database.session().rollback()
        assert ask(strict, request_type="close_session") == 200
        strict.extensions["iptv"].tick()
        assert past_sessions() == 1
        users.update(users.by_name("eve"), enabled=False)
        database.session().commit()
    assert ask(strict) == 403


def test_what_ends_outside_of_a_serving_process_is_in_the_history(strict: Flask) -> None:
    with strict.app_context():
        state = strict.extensions["iptv"]
        ended = EndedSession(1, 1, None, None, None, utcnow(), utcnow(), Ending.CUT)
        # As a command does: nobody has asked this process anything.
        state._remember([ended])
        assert past_sessions() == 1


def test_one_that_cannot_be_written_keeps_no_other_from_the_history(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    with app.app_context():
        now = utcnow()
        good = EndedSession(1, 1, None, None, None, now, now, Ending.CUT)
        bad = EndedSession(1, 1, None, None, None, now, now, Ending.CUT, bytes=2**70)
        recorder = app.extensions["iptv"].services.recorder
        recorder.remember([good, bad, good])
        recorder.flush(now)
        assert past_sessions() == 2
    assert "can't be written to the history" in caplog.text


def test_a_folder_that_cannot_be_made_is_no_error_of_the_media_server(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    app = Flask("host", instance_path=str(tmp_path / "file" / "instance"))
    app.register_blueprint(IPTV(), url_prefix="/tv")
    assert ask(app) == 503
    app.extensions["iptv"].close()


@pytest.mark.parametrize("url", ["redis://localhost:notaport/0", "redis://localhost/0?foo=1"])
def test_a_store_that_cannot_be_used_stops_the_registration(url: str) -> None:
    app = Flask("host")
    app.config["IPTV_SESSION_STORE"] = url
    with pytest.raises(ConfigError):
        app.register_blueprint(IPTV())


def test_middleware_that_wraps_itself_up_does_not_hang_the_registration(tmp_path: Path) -> None:
    class Middleware:
        def __init__(self, app: Flask) -> None:
            self.app = app
            self.inner = app.wsgi_app

        def __call__(self, environ: object, start: object) -> object:
            return self.inner(environ, start)  # type: ignore[arg-type]

    app = Flask("host", instance_path=str(tmp_path))
    app.wsgi_app = Middleware(app)  # type: ignore[assignment, method-assign]
    app.register_blueprint(IPTV(), url_prefix="/tv")
    assert app.extensions["iptv"].door is None
    fill(app)
    assert ask(app) == 200
    app.extensions["iptv"].close()


@pytest.mark.parametrize("url", ["postgresql_url", "mariadb_tables_url"])
def test_an_open_transaction_of_an_administrator_does_not_hold_up_others(
    make_app: Callable[..., Flask],
    url: str,
    request: pytest.FixtureRequest,
    caplog: pytest.LogCaptureFixture,
) -> None:
    app = make_app(request.getfixturevalue(url))
    fill(app)
    with app.app_context():
        users.update(users.by_name("eve"), comment="being edited")
        # Known facts are not waited for; the slot is, for as long as a media server can wait.
        assert ask(app) == 503
        database.session().commit()
    assert ask(app) == 200
    assert re.search("lock (wait )?timeout", caplog.text, re.IGNORECASE)


def test_a_long_write_does_not_hold_up_memory(make_app: Callable[..., Flask]) -> None:
    app = make_app(IPTV_SESSION_STORE="memory:")
    fill(app)
    path = app.config["SQLALCHEMY_DATABASE_URI"].removeprefix("sqlite:///")
    writer = sqlite3.connect(path, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    assert ask(app) == 200
    writer.execute("ROLLBACK")
    writer.close()


def test_who_writes_to_sqlite_stands_in_line_but_not_for_ever(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    connections = app.extensions["iptv"].connections
    writing, done = threading.Event(), threading.Event()

    def write_on(lent: object) -> bool:
        writing.set()
        return done.wait(LIMIT)

    monkeypatch.setattr("flask_iptv.connections.PATIENCE", 0.01)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(connections.write, write_on)
        assert writing.wait(LIMIT)
        with pytest.raises(Unavailable, match="others have been writing"):
            connections.write(lambda lent: None)
        # Who only reads does not wait.
        assert connections.ask(lambda lent: "read") == "read"
        done.set()
        assert first.result()
    assert connections.write(lambda lent: "written") == "written"
