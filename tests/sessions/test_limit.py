"""However many ask at once, never more than the limit get through."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask

from flask_iptv import channels, connections, database, users
from tests.real.workers import Workers, working

THREADS, PROCESSES = 16, 4
OPENINGS = THREADS * PROCESSES
LIMIT = 3

# What one of several processes does with each app that it is told of: its threads open at once,
# and these are the statuses they got.
PROCESS = """
import json, sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from flask_iptv import IPTV
from tests.sessions.test_limit import THREADS, ask, wait_longer

wait_longer(setattr)
first = int(sys.argv[1])
barrier = Barrier(THREADS)
for line in sys.stdin:
    app = Flask("host")
    app.config.update(json.loads(line))
    db = SQLAlchemy(app)
    app.register_blueprint(IPTV(), url_prefix="/tv")

    def opening(number):
        barrier.wait()
        return ask(app, number)

    print("ready", flush=True)
    sys.stdin.readline()
    with ThreadPoolExecutor(THREADS) as pool:
        print(json.dumps(list(pool.map(opening, range(first, first + THREADS)))), flush=True)
    app.extensions["iptv"].close()
    with app.app_context():
        db.engine.dispose()
"""


def wait_longer(put: Callable[[object, str, object], None]) -> None:
    """Let nobody give up who waits for a turn to write: that is not what is tested here, and on a
    busy machine a media server's patience is not enough for so many.
    """
    put(connections, "PATIENCE", 60)
    patient = {
        **connections._OPENED,
        "sqlite": ("PRAGMA busy_timeout=60000",),
        "mysql": ("SET innodb_lock_wait_timeout = 60",),
    }
    put(connections, "_OPENED", patient)


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    wait_longer(monkeypatch.setattr)


def ask(app: Flask, number: int) -> int:
    """The status of an opening by one of bob's devices."""
    query = {
        "name": "one",
        "token": "bobs-token",
        "ip": f"192.0.2.{number}",
        "session_id": f"s{number}",
        "request_type": "new_session",
    }
    return app.test_client().get("/tv/auth", query_string=query).status_code


def limit_bob(app: Flask) -> None:
    with app.app_context():
        users.update(users.by_name("bob"), max_sessions=LIMIT)
        database.session().commit()


def race(app: Flask) -> list[int]:
    """The statuses of as many openings at once, each by another device."""
    barrier = Barrier(OPENINGS)

    def opening(number: int) -> int:
        barrier.wait()
        return ask(app, number)

    with ThreadPoolExecutor(OPENINGS) as pool:
        return sorted(pool.map(opening, range(OPENINGS)))


def test_threads_never_exceed_the_limit(stored_app: Flask) -> None:
    limit_bob(stored_app)
    assert race(stored_app) == [200] * LIMIT + [403] * (OPENINGS - LIMIT)


@pytest.mark.parametrize(
    ("database_name", "level"),
    [
        ("sqlite", "AUTOCOMMIT"),
        ("postgresql", "AUTOCOMMIT"),
        ("postgresql", "REPEATABLE READ"),
        ("postgresql", "SERIALIZABLE"),
    ],
)
def test_whatever_isolation_the_host_has_chosen(
    request: pytest.FixtureRequest,
    make_app: Callable[..., Flask],
    database_name: str,
    level: str,
) -> None:
    url = None if database_name == "sqlite" else request.getfixturevalue("postgresql_tables_url")
    make_app(url)
    options = {"isolation_level": level}
    app = make_app(url, SQLALCHEMY_ENGINE_OPTIONS=options, IPTV_SESSION_STORE="sql:")
    with app.app_context():
        channels.create(name="one")
        users.create(name="bob", key="bobs-token")
        database.session().commit()
    limit_bob(app)
    assert race(app) == [200] * LIMIT + [403] * (OPENINGS - LIMIT)


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    """Several processes, which take longer to start than to ask on each of the stores."""
    with working(PROCESS, map(str, range(0, OPENINGS, THREADS))) as workers:
        yield workers


def test_processes_never_exceed_the_limit(shared_app: Flask, workers: Workers) -> None:
    limit_bob(shared_app)
    store = shared_app.config["IPTV_SESSION_STORE"] or "sql:"
    url = shared_app.config["SQLALCHEMY_DATABASE_URI"]
    workers.tell(json.dumps({"SQLALCHEMY_DATABASE_URI": url, "IPTV_SESSION_STORE": store}))
    assert workers.say() == ["ready"] * PROCESSES
    workers.tell("go")
    statuses = [status for line in workers.say() for status in json.loads(line)]
    assert sorted(statuses) == [200] * LIMIT + [403] * (OPENINGS - LIMIT)
