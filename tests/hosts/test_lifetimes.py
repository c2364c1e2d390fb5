"""What we start ends with the app, or before it when the host says so."""

from __future__ import annotations

import gc
import shutil
import threading
import time
import weakref
from collections.abc import Callable
from pathlib import Path

import flask_sqlalchemy_lite
import pytest
import sqlalchemy as sa
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from flask_iptv import IPTV, database, users
from tests.hosts import shapes
from tests.hosts.conftest import dispose, engines_of

QUERY = {"name": "ort", "token": "x", "ip": "192.0.2.1", "session_id": "a"}

# As most sites have them: made once for all apps of a factory.
DB = SQLAlchemy()
LITE = flask_sqlalchemy_lite.SQLAlchemy()
OF_DB = IPTV(db=DB)
OF_LITE = IPTV(db=LITE)


def ask(app: Flask) -> tuple[int, str]:
    answer = app.test_client().get("/tv/auth", query_string=QUERY)
    return answer.status_code, answer.text


def global_db(folder: Path) -> Flask:
    app = Flask("host", instance_path=str(folder))
    app.config.update(TESTING=True, SQLALCHEMY_DATABASE_URI=f"sqlite:///{folder / 'host.sqlite'}")
    DB.init_app(app)
    app.register_blueprint(OF_DB, url_prefix="/tv")
    return app


def global_lite(folder: Path) -> Flask:
    app = Flask("host", instance_path=str(folder))
    engines = {"default": f"sqlite:///{folder / 'host.sqlite'}"}
    app.config.update(TESTING=True, SQLALCHEMY_ENGINES=engines)
    LITE.init_app(app)
    app.register_blueprint(OF_LITE, url_prefix="/tv")
    return app


def in_memory(folder: Path) -> Flask:
    app = Flask("host", instance_path=str(folder))
    app.config.update(TESTING=True, SQLALCHEMY_DATABASE_URI="sqlite://")
    DB.init_app(app)
    app.register_blueprint(OF_DB, url_prefix="/tv")
    with app.app_context():
        database.upgrade_schema()
        users.create(name="bob")
        database.session().commit()
    return app


def asked(
    factory: Callable[[Path], Flask], folder: Path, tables: Path, engines: list[sa.Engine]
) -> weakref.ref[Flask]:
    """Let a factory make an app, have it answer once and forget it, as a test of a host does."""
    folder.mkdir()
    for name in ("host.sqlite", "iptv.sqlite"):
        shutil.copy(tables, folder / name)
    app = factory(folder)
    assert ask(app) == (403, "unknown_token")
    engines += engines_of(app)
    return weakref.ref(app)


# Python 3.13 complains of connections that nobody has closed, and pytest would keep the complaint
# with all that was being done meanwhile.
@pytest.mark.filterwarnings("ignore:unclosed database:ResourceWarning")
def test_nothing_keeps_an_app_or_a_thread_of_it(tmp_path: Path, fresh_tables: Path) -> None:
    before = {*threading.enumerate()}
    # A host may keep them.
    engines: list[sa.Engine] = []
    factories = (shapes.none, shapes.classic, global_db, global_lite, in_memory)
    apps = [
        (
            factory.__name__,
            asked(factory, tmp_path / f"{factory.__name__}{number}", fresh_tables, engines),
        )
        for factory in factories
        for number in range(10)
    ]
    threads = {*threading.enumerate()} - before
    left, deadline = [""], time.monotonic() + 60
    while left and time.monotonic() < deadline:
        gc.collect()
        for thread in threads:
            # A tick that is just being done keeps its app for so long.
            thread.join(0.2)
        left = [name for name, app in apps if app() is not None]
        left += [thread.name for thread in threads if thread.is_alive()]
    assert left == []
    for engine in engines:
        engine.dispose()


@pytest.mark.parametrize("factory", [shapes.none, shapes.lite, in_memory])
def test_a_host_may_stop_what_we_have_started_at_any_time(
    factory: Callable[[Path], Flask], tmp_path: Path, fresh_tables: Path
) -> None:
    for name in ("host.sqlite", "iptv.sqlite"):
        shutil.copy(fresh_tables, tmp_path / name)
    app, before = factory(tmp_path), {*threading.enumerate()}
    state = app.extensions["iptv"]
    state.close()
    assert ask(app) == (403, "unknown_token")
    threads = {*threading.enumerate()} - before
    assert "iptv" in {thread.name for thread in threads}
    state.close()
    state.close()
    assert not [thread.name for thread in threads if thread.is_alive()]
    assert ask(app) == (403, "unknown_token")
    dispose(app)


def test_to_stop_does_not_close_the_hosts_database_in_memory(tmp_path: Path) -> None:
    app = in_memory(tmp_path)
    assert ask(app)[0] == 403
    with app.app_context():
        users.create(name="not committed yet")
        app.extensions["iptv"].close()
        assert users.by_name("bob")
        DB.session.commit()
        assert users.by_name("not committed yet")
    dispose(app)
