"""What was changed a moment ago counts at the very next question, wherever it was changed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from flask_iptv import channels, database, packages, users
from flask_iptv.models import utcnow

# Each of them takes away what the user of the same name was allowed, on the channel "ort".
CHANGES: dict[str, Callable[[str], object]] = {
    "disabled": lambda name: users.update(users.by_name(name), enabled=False),
    "expired": lambda name: users.update(users.by_name(name), expires_at=utcnow()),
    "not_started": lambda name: users.update(
        users.by_name(name), starts_at=utcnow() + timedelta(hours=1)
    ),
    "unknown_token": lambda name: users.rotate_key(users.by_name(name)),
    "not_in_package": lambda name: users.update(users.by_name(name), packages=["other"]),
    "address_not_allowed": lambda name: users.update(
        users.by_name(name), allowed_networks=["198.51.100.0/24"]
    ),
    "deleted": lambda name: users.delete(users.by_name(name)),
    "package_emptied": lambda name: packages.update(packages.get(name), channels=[]),
    "package_deleted": lambda name: packages.delete(packages.get(name)),
    "channel_disabled": lambda name: channels.update(channels.get(name), enabled=False),
    "channel_deleted": lambda name: channels.delete(channels.get(name)),
}

PROCESS = """
import sys
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from flask_iptv import IPTV, database
from tests.authorization.test_freshness import CHANGES

app = Flask("other")
app.config["SQLALCHEMY_DATABASE_URI"] = sys.argv[1]
SQLAlchemy(app)
app.register_blueprint(IPTV(), url_prefix="/tv")
print("ready", flush=True)
for line in sys.stdin:
    with app.app_context():
        CHANGES[line.strip()](line.strip())
        database.session().commit()
    print("done", flush=True)
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def changing(request: pytest.FixtureRequest, make_app: Callable[..., Flask]) -> Flask:
    """A user, a package and a channel for each of the changes."""
    app = make_app(
        request.getfixturevalue("postgresql_tables_url") if request.param == "postgresql" else None
    )
    with app.app_context():
        packages.create(name="other")
        for name in CHANGES:
            channels.create(name=name)
            packages.create(name=name, channels=[name])
            users.create(name=name, key=f"key-of-{name}", packages=[name])
        database.session().commit()
    return app


def ask(app: Flask, name: str) -> tuple[int, str]:
    query = {"name": name, "token": f"key-of-{name}", "ip": "192.0.2.1", "session_id": name}
    response = app.test_client().get("/tv/auth", query_string=query)
    return response.status_code, response.text


def test_a_change_in_this_process_counts_at_the_next_question(changing: Flask) -> None:
    for name, change in CHANGES.items():
        assert ask(changing, name) == (200, "")
        with changing.app_context():
            change(name)
            database.session().commit()
        assert ask(changing, name) == (403, reason(name))


def test_a_change_in_another_process_counts_a_moment_later(changing: Flask) -> None:
    command = [sys.executable, "-c", PROCESS, changing.config["SQLALCHEMY_DATABASE_URI"]]
    root = Path(__file__).resolve().parent.parent.parent
    with subprocess.Popen(
        command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        for name in CHANGES:
            assert ask(changing, name) == (200, "")
            print(name, file=process.stdin, flush=True)
            assert process.stdout.readline() == "done\n"
            pass_time(changing)
            assert ask(changing, name) == (403, reason(name))


def pass_time(app: Flask) -> None:
    """What others commit is looked for twenty times a second; a test does not wait for it."""
    app.extensions["iptv"].authorizer._facts._until = 0.0


def reason(change: str) -> str:
    """What a viewer is told after it."""
    other = {
        "deleted": "unknown_token",
        "package_emptied": "not_in_package",
        "package_deleted": "not_in_package",
        "channel_deleted": "channel_unknown",
    }
    return other.get(change, change)
