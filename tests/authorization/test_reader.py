"""What is known of a question is remembered only for as long as nothing has changed."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy import event

from flask_iptv import connections, database, users
from flask_iptv.authorization import FactReader, Play, reader
from flask_iptv.authorization.facts import Facts, look_up
from flask_iptv.lent import Lent
from flask_iptv.models import User
from tests.conftest import furnish
from tests.statements import statements

BOB = Play(token="bobs-token", stream="ort")


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds of a clock that stands still unless a test moves it."""
    seconds = [1000.0]
    for module in (reader, connections):
        monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: seconds[0]))
    return seconds


@pytest.fixture
def fresh(provider: Flask) -> Iterator[FactReader]:
    with provider.app_context():
        yield FactReader(provider.extensions["iptv"].connections)


def reads(fresh: FactReader, play: Play = BOB) -> int:
    """How many statements it takes to know."""
    with statements() as seen:
        assert fresh.read(play).user is not None
    return len(seen)


def rename(name: str) -> None:
    users.update(users.by_name("eve"), comment=name)
    database.session().commit()


def test_nothing_is_read_twice_while_nothing_changes(fresh: FactReader) -> None:
    assert [reads(fresh) for _ in range(3)] == [1, 0, 0]
    eve = Play(token="eves-token", stream="ort")
    assert [reads(fresh, eve), reads(fresh), reads(fresh, eve)] == [1, 0, 0]


def test_whatever_is_committed_makes_it_read_again(fresh: FactReader) -> None:
    reads(fresh)
    rename("a")
    assert [reads(fresh), reads(fresh)] == [1, 0]
    with database.current().engine().begin() as connection:
        connection.execute(sa.update(User).values(comment="written past the session"))
    assert [reads(fresh), reads(fresh)] == [1, 0]


def test_a_commit_on_a_connection_that_is_kept_is_seen_too(
    fresh: FactReader, clock: list[float]
) -> None:
    # As after any quiet moment.
    clock[0] += 1
    reads(fresh)
    with database.current().engine().connect() as connection:
        connection.execute(sa.update(User).values(comment="written"))
        connection.commit()
        assert [reads(fresh), reads(fresh)] == [1, 0]


def test_a_commit_that_takes_long_is_seen_when_it_is_done(
    fresh: FactReader, clock: list[float]
) -> None:
    clock[0] += 1
    reads(fresh)

    def take_long(connection: sa.Connection) -> None:
        clock[0] += connections.COMMIT_TAKES + 0.05
        known = fresh.read(BOB).user
        assert known is not None
        assert known.enabled

    engine = database.current().engine()
    event.listen(engine, "commit", take_long)
    users.update(users.by_name("bob"), enabled=False)
    database.session().commit()
    event.remove(engine, "commit", take_long)
    clock[0] += 0.01
    known = fresh.read(BOB).user
    assert known is not None
    assert not known.enabled


def test_what_others_commit_is_seen_after_a_moment(
    fresh: FactReader, provider: Flask, clock: list[float]
) -> None:
    clock[0] += 1
    reads(fresh)
    path = database.current().engine().url.database
    assert path
    with closing(sqlite3.connect(path)) as other:
        other.execute("UPDATE iptv_users SET comment = 'written by another process'")
        other.commit()
    clock[0] += reader.EVERY + 0.001
    assert [reads(fresh), reads(fresh)] == [1, 0]
    assert reader.EVERY <= 1


def test_as_long_as_nobody_uses_the_database_it_is_left_alone(
    fresh: FactReader, monkeypatch: pytest.MonkeyPatch, clock: list[float]
) -> None:
    clock[0] += 1
    reads(fresh)
    reads(fresh)
    monkeypatch.setattr(Lent, "version", lambda lent: pytest.fail("was asked"))
    assert reads(fresh) == 0


def test_what_is_not_committed_is_not_known(fresh: FactReader) -> None:
    reads(fresh)
    users.update(users.by_name("bob"), enabled=False)
    known = fresh.read(BOB).user
    assert known is not None
    assert known.enabled
    database.session().commit()
    known = fresh.read(BOB).user
    assert known is not None
    assert not known.enabled


def test_what_was_read_before_a_change_that_others_have_seen_is_not_remembered(
    fresh: FactReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(lent: Lent, play: Play) -> Facts:
        facts = look_up(lent, play)
        monkeypatch.setattr(reader, "look_up", look_up)
        # Meanwhile bob is disabled, and another thread notices.
        users.update(users.by_name("bob"), enabled=False)
        database.session().commit()
        assert fresh.read(Play(token="eves-token", stream="ort")).user is not None
        return facts

    monkeypatch.setattr(reader, "look_up", slow)
    assert fresh.read(BOB).user is not None
    # The connection of the other thread, which has noticed already.
    fresh._connections._idle.rotate()
    for _ in range(3):
        known = fresh.read(BOB).user
        assert known is not None
        assert not known.enabled


def test_it_has_a_bound(provider: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MOST", 10)
    bounded = FactReader(provider.extensions["iptv"].connections)
    for number in range(25):
        bounded.read(Play(token=f"unknown-{number}", stream="ort"))
    assert len(bounded._known) <= 10


def test_other_databases_are_read_at_each_question(
    make_app: Callable[..., Flask], postgresql_tables_url: str
) -> None:
    app = make_app(postgresql_tables_url)
    with app.app_context():
        furnish()
        database.session().commit()
        always = FactReader(app.extensions["iptv"].connections)
        assert [reads(always) for _ in range(3)] == [1, 1, 1]
