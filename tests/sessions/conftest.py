"""Every store, each on what it is meant for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from flask import Flask

from flask_iptv import channels, database, users
from flask_iptv.sessions import EndedSession
from flask_iptv.sessions.memory import MemoryStore, SessionFile, memory_store
from tests.sessions.home import Home, move_in

STORES = ["memory", "sqlite", "postgresql", "valkey"]
#: Those that several processes may share.
SHARED = ["sqlite", "postgresql", "mariadb", "valkey"]


def make_stored_app(
    name: str, request: pytest.FixtureRequest, make_app: Callable[..., Flask]
) -> Flask:
    """Make an app with this store, the channels ``one`` and ``two`` and the user ``bob``."""
    urls = {"postgresql": "postgresql_tables_url", "mariadb": "mariadb_tables_url"}
    url = request.getfixturevalue(urls[name]) if name in urls else None
    stores = {"memory": "memory:", "sqlite": "sql:"}
    store = request.getfixturevalue("valkey_url") if name == "valkey" else stores.get(name)
    app = make_app(url, IPTV_SESSION_STORE=store)
    with app.app_context():
        for channel in ("one", "two"):
            channels.create(name=channel)
        users.create(name="bob", key="bobs-token")
        database.session().commit()
    return app


@pytest.fixture(params=[*STORES, "mariadb"])
def stored_app(request: pytest.FixtureRequest, make_app: Callable[..., Flask]) -> Flask:
    """Such an app with each of the stores."""
    return make_stored_app(request.param, request, make_app)


@pytest.fixture(params=SHARED)
def shared_app(request: pytest.FixtureRequest, make_app: Callable[..., Flask]) -> Flask:
    """Such an app with each of the stores that are for several processes."""
    return make_stored_app(request.param, request, make_app)


@pytest.fixture
def stored(stored_app: Flask) -> Iterator[Flask]:
    """The app with its context pushed."""
    with stored_app.app_context():
        yield stored_app


@pytest.fixture
def home(stored: Flask) -> Home:
    """The devices of bob, who may watch on one at a time, on each of the stores."""
    return move_in(stored)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where sessions are kept."""
    return tmp_path / "sessions"


@pytest.fixture
def process(file: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], Home]]:
    """Makes processes that keep their sessions in the file, without a database."""
    monkeypatch.setattr(memory_store, "_OWNERS", Strangers())
    homes: list[Home] = []

    def start() -> Home:
        homes.append(Home(MemoryStore(SessionFile(file), forget), 7, {"one": 1}))
        return homes[-1]

    yield start
    for home in homes:
        home.store.close()


class Strangers(dict[Path, MemoryStore]):
    """Makes every store one of another process, as nobody is known in this one."""

    def __setitem__(self, path: Path, store: MemoryStore) -> None:
        pass


def forget(ended: Sequence[EndedSession]) -> None:
    """Keep no history."""
