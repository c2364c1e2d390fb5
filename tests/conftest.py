"""Fixtures for every test: an app with the blueprint, and a small provider inside it."""

from __future__ import annotations

import gc
import logging
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy
from werkzeug.security import generate_password_hash

from flask_iptv import IPTV, channels, database, packages, servers, users
from flask_iptv.migrations import VERSION_TABLE, upgrade
from tests.examples import load_profiles
from tests.order import place
from tests.overheard import OVERHEARD, listen
from tests.real.mariadb import MariaDB
from tests.real.postgresql import PostgreSQL
from tests.routing import compile_rules_once
from tests.templates import compile_templates_once

pytest_plugins = ["tests.real.fixtures"]

compile_rules_once()
compile_templates_once()
load_profiles()
listen()


def pytest_xdist_auto_num_workers() -> int:
    """Called by pytest-xdist to know how many processes run the tests at once."""
    # One more than cores: many a test waits for programs that it has started.
    return (os.cpu_count() or 1) + 1


def pytest_configure() -> None:
    """Called by pytest before it makes the folder that all folders of tests lie in."""
    # Nothing is waited for there until a disk has it; in a container it may be too small.
    with suppress(OSError):
        if shutil.disk_usage(_MEMORY).free > _ENOUGH and os.access(_MEMORY, os.W_OK):
            os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", _MEMORY)


#: Where Linux keeps files in memory, and the bytes that are there for all that tests write.
_MEMORY, _ENOUGH = "/dev/shm", 4 * 1024**3


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Called by pytest when it knows the tests of a run."""
    items.sort(key=place)


def pytest_collection_finish() -> None:
    """Called by pytest when nothing is left but to run the tests."""
    # All modules and tests, which stay to the end: the garbage collector need not search them
    # again each time that some tests have left something to it.
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _no_key_is_logged_at_the_end() -> Iterator[None]:
    yield
    _refuse_keys_in_logs()


@pytest.fixture(autouse=True)
def _no_key_is_logged() -> Iterator[None]:
    # "flask iptv serve" redacts all of its process, which here is that of the tests.
    make = logging.getLogRecordFactory()
    yield
    logging.setLogRecordFactory(make)
    _refuse_keys_in_logs()


def _refuse_keys_in_logs() -> None:
    if told := OVERHEARD.told():
        pytest.fail("a key is in the log:\n" + "\n".join(told), pytrace=False)


PASSWORD = "correct horse"
LOGIN = ("admin", PASSWORD)
# One round: the hash's slowness is werkzeug's affair and would only slow the tests.
PASSWORD_HASH = generate_password_hash(PASSWORD, method="pbkdf2:sha256:1")


@pytest.fixture(scope="session")
def fresh_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with our tables: to copy it takes a twentieth of the time to make it."""
    path = tmp_path_factory.mktemp("fresh") / "tables.sqlite"
    engine = sa.create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        upgrade(connection)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def _postgresql_tables(postgresql: PostgreSQL) -> str:
    return _with_tables(postgresql)


@pytest.fixture
def postgresql_tables_url(postgresql: PostgreSQL, _postgresql_tables: str) -> Iterator[str]:
    """The URL of a PostgreSQL database with our tables: to empty them is quicker than to make them.

    For tests that leave the tables as they are.
    """
    yield _postgresql_tables
    postgresql.empty_tables(_postgresql_tables, but=VERSION_TABLE)


@pytest.fixture(scope="session")
def _mariadb_tables(mariadb: MariaDB) -> str:
    return _with_tables(mariadb)


@pytest.fixture
def mariadb_tables_url(mariadb: MariaDB, _mariadb_tables: str) -> Iterator[str]:
    """The same of MariaDB."""
    yield _mariadb_tables
    mariadb.empty_tables(_mariadb_tables, but=VERSION_TABLE)


def _with_tables(server: PostgreSQL | MariaDB) -> str:
    url = server.create_database()
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        upgrade(connection)
    engine.dispose()
    return url


@pytest.fixture
def make_app(tmp_path: Path, fresh_tables: Path) -> Iterator[Callable[..., Flask]]:
    """Make an app with a Flask-SQLAlchemy of its own, the blueprint at ``/tv`` and our tables."""
    made: list[tuple[Flask, SQLAlchemy]] = []

    def make(url: str | None = None, *, iptv: dict[str, Any] | None = None, **config: Any) -> Flask:
        app = Flask("host", instance_path=str(tmp_path))
        own = tmp_path / "host.sqlite"
        if url is None and not own.exists():
            shutil.copy(fresh_tables, own)
        app.config.update(
            TESTING=True,
            SECRET_KEY="only for tests",
            SQLALCHEMY_DATABASE_URI=url or f"sqlite:///{own}",
            IPTV_ADMIN_PASSWORD_HASH=PASSWORD_HASH,
        )
        app.config.update(config)
        db = SQLAlchemy(app)
        app.register_blueprint(IPTV(**(iptv or {})), url_prefix="/tv")
        # Whether a check finds this site slow must not depend on the machine.
        app.extensions["iptv"].clock = lambda: 0.0
        if url is not None:
            with app.app_context():
                database.upgrade_schema()
        made.append((app, db))
        return app

    yield make
    for app, db in made:
        app.extensions["iptv"].close()
        with app.app_context():
            for engine in db.engines.values():
                engine.dispose()


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    """An app with the tables and nothing in them."""
    return make_app()


@pytest.fixture
def context(app: Flask) -> Iterator[None]:
    """A pushed app context, for calls of the Python functions."""
    with app.app_context():
        yield


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser or a media server on this machine."""
    return app.test_client()


@pytest.fixture
def provider(app: Flask) -> Flask:
    """The app with a server, the channels ``ort`` and ``sport/espn hd`` and two users.

    ``bob`` (token ``bobs-token``, package ``basic`` of ``ort``, one session) and ``eve`` (token
    ``eves-token``, no package, no limit).
    """
    with app.app_context():
        furnish()
        database.session().commit()
    return app


def furnish() -> None:
    """Put the server, channels, package and users of the small provider into an app."""
    servers.create(name="main", url="https://media.example")
    channels.create(name="ort", title="ORT", number=1, group="News", server="main")
    channels.create(name="sport/espn hd", title="ESPN HD", server="main")
    packages.create(name="basic", channels=["ort"])
    users.create(name="bob", key="bobs-token", packages=["basic"], max_sessions=1)
    users.create(name="eve", key="eves-token")
