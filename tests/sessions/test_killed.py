"""The night when the process is killed in the middle of its work."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from flask_iptv import channels, database, users
from flask_iptv.models import PastSession, User, utcnow
from flask_iptv.sessions import Selection

ROOT = Path(__file__).resolve().parent.parent.parent
USERS, LIMIT = 40, 2

# Devices that zap, come and go, and a user who is created, with no end; a line after each tick.
PROCESS = """
import sys, threading
from itertools import count
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from flask_iptv import IPTV, database, users
from flask_iptv.errors import Unavailable
from flask_iptv.models import utcnow
from tests.sessions.test_killed import USERS

url, store = sys.argv[1:]
app = Flask("host")
app.config.update(SQLALCHEMY_DATABASE_URI=url, IPTV_SESSION_STORE=store or None)
SQLAlchemy(app)
app.register_blueprint(IPTV(), url_prefix="/tv")
closed = []

def watch(first):
    client = app.test_client()
    for number in count(first, 3):
        query = {"name": ("one", "two")[number % 2], "token": f"key-of-user-{number % USERS}",
                 "ip": "192.0.2.1", "user_agent": f"device {number if number % 7 == 0 else -1}",
                 "session_id": f"s{number}", "bytes": "100"}
        told = client.get("/tv/auth", query_string=query)
        if told.status_code == 200 and number % 7 == 0:
            client.get("/tv/auth", query_string=query | {"request_type": "close_session"})
            closed.append(number)

def create():
    for number in count():
        with app.app_context():
            users.create(name=f"new {number}", key=f"new-key-{number}")
            database.session().commit()

for work in (lambda: watch(0), lambda: watch(1), lambda: watch(2), create):
    threading.Thread(target=work, daemon=True).start()
while True:
    before = len(closed)
    app.extensions["iptv"].tick()
    try:
        app.extensions["iptv"].services.recorder.flush(utcnow())
    except Unavailable:
        # The one who creates users has kept the database all the time.
        continue
    print(before, flush=True)
"""


@pytest.mark.parametrize("store", ["memory", "sqlite", "postgresql", "valkey"])
def test_a_kill_loses_no_user_and_counts_no_session_twice(
    store: str, request: pytest.FixtureRequest, make_app: Callable[..., Flask]
) -> None:
    url = request.getfixturevalue("postgresql_url") if store == "postgresql" else None
    kinds = {"memory": "memory:", "sqlite": "sql:", "postgresql": ""}
    kind = request.getfixturevalue("valkey_url") if store == "valkey" else kinds[store]
    app = make_app(url, IPTV_SESSION_STORE=kind or None)
    with app.app_context():
        for name in ("one", "two"):
            channels.create(name=name)
        for number in range(USERS):
            users.create(name=f"user {number}", key=f"key-of-user-{number}", max_sessions=LIMIT)
        database.session().commit()
        closed = kill_in_the_middle(app.config["SQLALCHEMY_DATABASE_URI"], kind)
        check_users()
        check_sessions(app)
        told = database.session().scalar(sa.select(sa.func.count(PastSession.id)))
        assert told is not None
        assert told >= closed > 0


def kill_in_the_middle(url: str, store: str) -> int:
    """Kill the process after some ticks; how many sessions were closed before the last of them."""
    with subprocess.Popen(
        [sys.executable, "-c", PROCESS, url, store], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        closed = 0
        for line in process.stdout:
            if closed and int(line) > closed:
                break
            closed = int(line)
        process.send_signal(signal.SIGKILL)
    return closed


def check_users() -> None:
    created = database.session().scalars(sa.select(User).where(User.name.startswith("new "))).all()
    assert {user.key for user in created} == {
        user.name.replace("new ", "new-key-") for user in created
    }


def check_sessions(app: Flask) -> None:
    store = app.extensions["iptv"].store()
    client = app.test_client()
    # The sessions are there again as soon as the first question has come.
    client.get("/tv/auth", query_string={"name": "one", "token": "key-of-user-0"})
    found = store.select(Selection(), limit=1000, now=utcnow())
    assert found
    devices = [(item.user_id, item.user_agent) for item in found]
    assert len(devices) == len(set(devices))
    for number in range(USERS):
        user = users.by_name(f"user {number}")
        held = store.count(Selection(user_id=user.id), now=utcnow())
        assert held <= LIMIT
        statuses = [
            client.get(
                "/tv/auth",
                query_string={"name": "one", "token": user.key, "ip": f"192.0.2.{10 + device}"},
            ).status_code
            for device in range(LIMIT + 1)
        ]
        assert statuses.count(200) == LIMIT - held
