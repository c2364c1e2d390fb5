"""However many ask at once, never more than the limit get through."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from flask import Flask

from flask_iptv import channels, database, users

OPENINGS = 32
LIMIT = 3

# What one of several processes does: 8 threads that open at once, and the statuses they got.
PROCESS = """
import json, sys, threading
from concurrent.futures import ThreadPoolExecutor
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from flask_iptv import IPTV

url, first = sys.argv[1], int(sys.argv[2])
app = Flask("host")
app.config.update(SQLALCHEMY_DATABASE_URI=url)
SQLAlchemy(app)
app.register_blueprint(IPTV(), url_prefix="/tv")
barrier = threading.Barrier(8)

def ask(number):
    client = app.test_client()
    barrier.wait()
    query = {"name": "one", "token": "bobs-token", "ip": f"192.0.2.{number}",
             "session_id": f"s{number}", "request_type": "new_session"}
    return client.get("/tv/auth", query_string=query).status_code

print("ready", flush=True)
sys.stdin.readline()
with ThreadPoolExecutor(8) as pool:
    print(json.dumps(list(pool.map(ask, range(first, first + 8)))), flush=True)
"""


@pytest.fixture
def limited(stored_app: Flask) -> Flask:
    with stored_app.app_context():
        users.update(users.by_name("bob"), max_sessions=LIMIT)
        database.session().commit()
    return stored_app


def test_threads_never_exceed_the_limit(limited: Flask) -> None:
    assert race(limited) == [200] * LIMIT + [403] * (OPENINGS - LIMIT)


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
    url = None if database_name == "sqlite" else request.getfixturevalue("postgresql_url")
    make_app(url)
    app = make_app(url, SQLALCHEMY_ENGINE_OPTIONS={"isolation_level": level})
    with app.app_context():
        channels.create(name="one")
        users.create(name="bob", key="bobs-token", max_sessions=LIMIT)
        database.session().commit()
    assert race(app) == [200] * LIMIT + [403] * (OPENINGS - LIMIT)


def race(app: Flask) -> list[int]:
    """The statuses of as many openings at once, each by another device."""
    barrier = Barrier(OPENINGS)

    def ask(number: int) -> int:
        query = {
            "name": "one",
            "token": "bobs-token",
            "ip": f"192.0.2.{number}",
            "session_id": f"s{number}",
            "request_type": "new_session",
        }
        client = app.test_client()
        barrier.wait()
        return client.get("/tv/auth", query_string=query).status_code

    with ThreadPoolExecutor(OPENINGS) as pool:
        return sorted(pool.map(ask, range(OPENINGS)))


def test_processes_never_exceed_the_limit(limited: Flask, tmp_path: Path) -> None:
    script = tmp_path / "opener.py"
    script.write_text(PROCESS)
    url = limited.config["SQLALCHEMY_DATABASE_URI"]
    processes = [
        subprocess.Popen(
            [sys.executable, str(script), url, str(first)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for first in range(0, OPENINGS, 8)
    ]
    try:
        statuses = _race(processes)
    finally:
        for process in processes:
            process.kill()
            process.communicate()
    assert sorted(statuses) == [200] * LIMIT + [403] * (OPENINGS - LIMIT)


def _race(processes: list[subprocess.Popen[str]]) -> list[int]:
    assert [_line(process) for process in processes] == ["ready"] * len(processes)
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    return [status for process in processes for status in json.loads(_line(process))]


def _line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()
