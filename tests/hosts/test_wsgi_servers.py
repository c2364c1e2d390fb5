"""A site served by several processes, as most Flask sites are, with nothing set for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask

from flask_iptv import IPTV, database, users
from flask_iptv.models import PastSession, utcnow
from flask_iptv.sessions import Selection
from tests.cli.runner import iptv
from tests.conftest import LOGIN, PASSWORD_HASH, furnish
from tests.real.wsgi_servers import GUNICORN, SERVE, UWSGI, WSGIServer

SITE = """
from flask import Flask
from flask_iptv import IPTV

app = Flask(__name__, instance_path={folder!r})
app.config.from_prefixed_env()
app.register_blueprint(IPTV(), url_prefix="/tv")
"""
SERVERS = {
    "gunicorn": GUNICORN,
    "gunicorn preloaded": (*GUNICORN, "--preload"),
    "uwsgi": UWSGI,
    "uwsgi lazy": (*UWSGI, "--lazy-apps"),
}
LIMIT, DEVICES, QUESTIONS, AT_ONCE = 2, 5, 200, 8
WAIT_SECONDS = 60


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Flask]:
    """The site as a command has it, beside the processes that serve it."""
    (tmp_path / "television.py").write_text(SITE.format(folder=str(tmp_path)))
    app = Flask("television", instance_path=str(tmp_path))
    app.config["IPTV_ADMIN_PASSWORD_HASH"] = PASSWORD_HASH
    app.register_blueprint(IPTV(), url_prefix="/tv")
    with app.app_context():
        furnish()
        users.update(users.by_name("eve"), max_sessions=LIMIT)
        database.session().commit()
        yield app
    app.extensions["iptv"].close()


def ask(url: str, **query: str | int) -> int:
    """The status of a question on a connection of its own, which any of the processes takes."""
    parts = urlsplit(url)
    with closing(HTTPConnection(parts.hostname or "", parts.port, timeout=WAIT_SECONDS)) as server:
        server.request("GET", f"/tv/auth?{urlencode(query)}")
        return server.getresponse().status


def watch(url: str, number: int) -> tuple[str, int]:
    """One question of bob's only device, or of one of eve's, who has too many."""
    if number % 4 == 0:
        return "bob", ask(url, name="ort", token="bobs-token", ip="192.0.2.1", session_id="b")
    device = number % DEVICES
    query = {"name": "ort", "token": "eves-token", "ip": f"192.0.2.{device}"}
    return "eve", ask(url, **query, session_id=f"e{device}")


def most_open(site: Flask, user_id: int, over: threading.Event) -> int:
    """The most sessions of a user that were ever open at once, until all questions are asked."""
    store, most = site.extensions["iptv"].store(), 0
    while not over.wait(0.02):
        most = max(most, store.count(Selection(user_id=user_id), now=utcnow()))
    return most


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while not condition():
        assert time.monotonic() < deadline
        threading.Event().wait(0.05)


def past_sessions() -> int:
    database.session().rollback()
    return database.session().scalar(sa.select(sa.func.count(PastSession.id))) or 0


@pytest.mark.parametrize("server", SERVERS)
def test_nobody_is_turned_away_and_the_limit_holds(
    site: Flask, tmp_path: Path, server: str
) -> None:
    eve = users.by_name("eve").id
    database.session().rollback()
    over = threading.Event()
    with (
        WSGIServer(tmp_path, *SERVERS[server]) as running,
        ThreadPoolExecutor(AT_ONCE + 1) as pool,
    ):
        most = pool.submit(most_open, site, eve, over)
        try:
            told = list(pool.map(lambda n: watch(running.url, n), range(QUESTIONS)))
        finally:
            over.set()
        assert [status for who, status in told if who == "bob"] == [200] * (QUESTIONS // 4)
        eves = [status for who, status in told if who == "eve"]
        assert {*eves} == {200, 403}
        assert most.result() == LIMIT
        # One thread in each process does what is due.
        query = {"name": "ort", "token": "bobs-token", "ip": "192.0.2.1", "session_id": "b"}
        assert ask(running.url, **query, request_type="close_session") == 200
        wait_for(lambda: past_sessions() > 0)
        assert running.output.count("Traceback") == 0


def test_whoever_comes_beside_the_one_that_is_alone(site: Flask, tmp_path: Path) -> None:
    eve = users.by_name("eve").id
    database.session().rollback()
    with WSGIServer(tmp_path, *SERVE) as first:
        assert watch(first.url, 0)[1] == watch(first.url, 1)[1] == 200
        with WSGIServer(tmp_path, *GUNICORN) as second:
            told = [watch(url, n) for n in range(40) for url in (second.url, first.url)]
            assert [status for who, status in told if who == "bob"] == [200] * 20
            assert {status for who, status in told if who == "eve"} == {200, 403}
            store = site.extensions["iptv"].store()
            assert store.count(Selection(user_id=eve), now=utcnow()) == LIMIT


def test_memory_that_is_set_for_several_processes_is_no_secret(site: Flask, tmp_path: Path) -> None:
    settings = {"FLASK_IPTV_SESSION_STORE": "memory:"}
    client = site.test_client()
    assert "served by several processes" not in client.get("/tv/admin/", auth=LOGIN).text
    with WSGIServer(tmp_path, *GUNICORN, settings=settings) as running:
        statuses: set[int] = set()

        def both() -> bool:
            statuses.add(watch(running.url, 0)[1])
            return len(statuses) > 1

        wait_for(both)
        assert statuses == {200, 503}
        wait_for(
            lambda: (
                "IPTV_SESSION_STORE is &#39;memory:&#39;"
                in client.get("/tv/admin/", auth=LOGIN).text
            )
        )
        checked = iptv(site, "check", "main", "--auth-url", f"{running.url}/tv/auth")
        assert checked.exit_code == 1
        assert "!!  This site is served by several processes" in checked.stdout
        wait_for(lambda: "IPTV_SESSION_STORE is 'memory:'" in running.output)
