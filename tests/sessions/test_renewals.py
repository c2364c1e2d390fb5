"""Renewals in SQL that move the end of a lease by little: read at the question, written later."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask

from flask_iptv.errors import Unavailable
from flask_iptv.sessions import Event, Selection
from flask_iptv.sessions.sql import SQLStore
from flask_iptv.sessions.sql.renewals import PART, WAITS
from tests.sessions.conftest import make_stored_app
from tests.sessions.home import LEASE, Home, move_in
from tests.statements import statements

LITTLE = LEASE / PART - 1
WAIT = WAITS.total_seconds()


@pytest.fixture(params=["sqlite", "postgresql"])
def home(request: pytest.FixtureRequest, make_app: Callable[..., Flask]) -> Iterator[Home]:
    app = make_stored_app(request.param, request, make_app)
    with app.app_context():
        made = move_in(app)
        made.store = SQLStore(app.extensions["iptv"].connections, made.ended.extend)
        yield made


def other_process(home: Home) -> Home:
    """Another process, which knows of the first one what that has written."""
    store = home.store
    assert isinstance(store, SQLStore)
    return replace(home, store=SQLStore(store._connections, home.ended.extend), ended=[])


def sent(work: Callable[[], object]) -> list[str]:
    """The first words of the statements that something takes."""
    with statements() as found:
        work()
    return [statement.split()[0] for statement in found]


def test_a_question_for_every_segment_is_a_read(home: Home) -> None:
    home.ask("tv")
    for _ in range(2):
        home.wait(WAIT - 1)
        assert sent(lambda: home.ask("tv")) == ["SELECT"]
    home.wait(2)
    # Time to write them: both at once, and by nobody who asks.
    assert sent(lambda: home.store.tick(home.now)) == ["UPDATE", "SELECT"]
    assert sent(lambda: home.store.tick(home.now)) == ["SELECT"]
    home.wait(LEASE - 3)
    assert other_process(home).open() == [("tv", "one")]


def test_a_question_after_a_while_is_written_at_once(home: Home) -> None:
    home.ask("tv", session="a")
    home.wait(LITTLE + 2)
    assert sent(lambda: home.ask("tv", session="a")) == ["SELECT", "UPDATE"]
    home.wait(LITTLE + 2)
    assert sent(lambda: home.ask("tv", Event.UPDATE, session="a", bytes=1)) == ["UPDATE"]
    home.wait(LEASE - 1)
    assert other_process(home).open() == [("tv", "one")]


def test_who_asks_on_time_keeps_the_slot_even_if_the_process_is_killed(home: Home) -> None:
    home.ask("tv", session="a")
    home.wait(LITTLE)
    assert sent(lambda: home.ask("tv", session="a")) == ["SELECT"]
    # It was never written.
    after = other_process(home)
    after.wait(LEASE - 30)
    assert after.ask("phone") == "too_many_sessions"
    assert after.ask("tv", Event.UPDATE, session="a") is None


def test_where_no_thread_of_ours_runs_the_questions_write_them(home: Home) -> None:
    home.ask("tv")
    told = []
    for _ in range(8):
        home.wait(WAIT / 2)
        told += sent(lambda: home.ask("tv"))
    assert told.count("SELECT") == 8
    assert 1 <= told.count("UPDATE") <= 2


def test_the_same_process_knows_them_before_they_are_written(home: Home) -> None:
    home.ask("tv")
    home.wait(LITTLE)
    home.ask("tv")
    home.wait(LEASE - 1)
    assert home.ask("phone") == "too_many_sessions"
    home.wait(1)
    home.store.tick(home.now)
    assert home.endings() == [("tv", "one", "silent", LITTLE, None)]
    assert home.ask("phone") is None


def test_what_another_process_did_since_is_not_undone(home: Home) -> None:
    home.ask("tv")
    home.wait(1)
    home.ask("tv")
    other = other_process(home)
    (known,) = other.store.select(Selection(), limit=2, now=other.now)
    assert other.store.cut(known.id, now=other.now)
    home.store.close()
    assert home.open() == []
    assert home.ask("tv", Event.UPDATE) == "session_cut"


def test_what_could_not_be_written_is_written_later(home: Home) -> None:
    home.ask("tv")
    home.wait(WAIT)
    home.ask("tv")
    home.wait(WAIT)
    store = home.store
    assert isinstance(store, SQLStore)
    with store._connections.transaction() as connection:
        connection.execute(sa.text("ALTER TABLE iptv_sessions RENAME TO elsewhere"))
    with pytest.raises(Unavailable):
        home.store.tick(home.now)
    with store._connections.transaction() as connection:
        connection.execute(sa.text("ALTER TABLE elsewhere RENAME TO iptv_sessions"))
    assert sent(lambda: home.store.tick(home.now))[0] == "UPDATE"
    home.wait(LEASE - WAIT - 1)
    assert other_process(home).open() == [("tv", "one")]
