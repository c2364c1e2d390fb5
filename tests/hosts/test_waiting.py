"""A question's waits for others who write are one wait, shorter than a media server's."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest
from flask import Flask

from flask_iptv import database, waiting
from flask_iptv.lent import Lent
from flask_iptv.mediaservers import endpoint
from tests.conftest import furnish

QUESTION = "/tv/auth?name=ort&token=bobs-token&ip=192.0.2."


class Clock:
    """Stands still, but for the waits of :class:`Line`."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


class Line:
    """A lock that others hold for a while, then it is ours."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        self._clock, self._seconds = clock, seconds
        self.allowed: list[float] = []

    def acquire(self, timeout: float) -> bool:
        self.allowed.append(timeout)
        self._clock.now += self._seconds
        return True

    def release(self) -> None:
        pass


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(waiting, "monotonic", clock)
    return clock


@pytest.fixture
def site(make_app: Callable[..., Flask]) -> Flask:
    app = make_app(IPTV_SESSION_STORE="sql:")
    with app.app_context():
        furnish()
        database.session().commit()
    return app


@pytest.fixture
def other(site: Flask) -> Iterator[sqlite3.Connection]:
    """The connection of another process."""
    path = site.config["SQLALCHEMY_DATABASE_URI"].removeprefix("sqlite:///")
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        yield connection


def waits(connections: Any) -> list[str]:
    """What SQLite is told about waiting from now on, on the connection that is idle."""
    told: list[str] = []

    def listen(statement: str) -> None:
        if "busy_timeout" in statement:
            told.append(statement)

    for lent in connections._idle:
        lent._driver.set_trace_callback(listen)
    return told


def test_what_was_waited_in_line_is_not_waited_for_the_file_again(
    site: Flask, other: sqlite3.Connection, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert site.test_client().get(QUESTION + "1").status_code == 200
    connections = site.extensions["iptv"].connections
    line = Line(clock, endpoint.PATIENCE - 0.3)
    monkeypatch.setattr(connections, "_writing", line)
    told = waits(connections)
    other.execute("BEGIN IMMEDIATE")
    answer = site.test_client().get(QUESTION + "2")
    assert answer.status_code == 503
    assert line.allowed[0] == 2
    assert told[:1] == ["PRAGMA busy_timeout=300"]
    other.execute("ROLLBACK")


def test_a_reader_waits_no_longer_than_its_question_may(
    site: Flask, other: sqlite3.Connection, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert site.test_client().get(QUESTION + "1").status_code == 200
    # As a host's own file may be, where who writes keeps out who reads.
    assert other.execute("PRAGMA journal_mode=DELETE").fetchone() == ("delete",)
    monkeypatch.setattr(endpoint, "PATIENCE", 0.3)
    told = waits(site.extensions["iptv"].connections)
    other.execute("BEGIN EXCLUSIVE")
    assert site.test_client().get(QUESTION + "2").status_code == 503
    assert told[:1] == ["PRAGMA busy_timeout=300"]
    other.execute("ROLLBACK")


def test_each_statement_of_a_transaction_waits_for_what_is_left(site: Flask, clock: Clock) -> None:
    connections = site.extensions["iptv"].connections
    told: list[str] = []

    def work(lent: Lent) -> None:
        lent.cursor.driver.connection.set_trace_callback(told.append)
        for _ in range(3):
            lent.cursor.execute("SELECT 1")
            clock.now += 0.9
        lent.cursor.execute("SELECT 1")

    with waiting.AtMost(2.2):
        connections.ask(work)
    waited = [statement for statement in told if "busy" in statement]
    assert waited == [f"PRAGMA busy_timeout={left}" for left in (1300, 400, 0)]
    told.clear()
    connections.ask(lambda lent: lent.version())
    assert told[0] == "PRAGMA busy_timeout=2000", "nobody's question has all the time again"


@pytest.mark.parametrize(
    ("url", "question"),
    [
        ("postgresql_tables_url", "SHOW lock_timeout"),
        ("mariadb_tables_url", "SELECT @@innodb_lock_wait_timeout"),
    ],
)
def test_other_databases_are_told_as_well(
    make_app: Callable[..., Flask], clock: Clock, url: str, question: str,
    request: pytest.FixtureRequest,
) -> None:  # fmt: skip
    app = make_app(request.getfixturevalue(url))
    connections = app.extensions["iptv"].connections

    def asked(lent: Lent) -> Any:
        lent.cursor.execute(question)
        return lent.cursor.fetchone()[0]

    with waiting.AtMost(2.2):
        assert connections.ask(asked) in ("2s", 2)
        clock.now += 1.2
        assert connections.ask(asked) in ("1s", "999ms", 1)
    assert connections.ask(asked) in ("2s", 2)


def test_waits_within_waits_keep_the_nearest_end(clock: Clock) -> None:
    assert waiting.left(2) == 2
    with waiting.AtMost(1), waiting.AtMost(5):
        assert waiting.left(2) == 1
        clock.now += 3
        assert waiting.left(2) == 0
    assert waiting.left(2) == 2
