"""What has ended is written down, added up to the last byte by however many write, and swept."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from flask_iptv import database, history, upserts
from flask_iptv.models import Base, ChannelUsage, PastSession, Usage, User
from flask_iptv.sessions.store import EndedSession, Ending

from .conftest import NOON, ended

MIDNIGHT = NOON.replace(hour=0)


def engine_of(app: Flask) -> sa.Engine:
    """The database itself: what is written needs neither the app nor its session."""
    with app.app_context():
        engine = database.session().get_bind(User)
        assert isinstance(engine, sa.Engine)
        return engine


def rows(engine: sa.Engine, model: type[Base]) -> list[tuple[Any, ...]]:
    columns = [column for column in model.__table__.columns if column.name != "id"]
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(sa.select(*columns).order_by(*columns))]


def usage(engine: sa.Engine, model: type[Base] = Usage) -> list[tuple[Any, ...]]:
    """Who, on which day of the month, which channel: sessions, seconds, bytes."""
    return [tuple(getattr(value, "day", value) for value in row) for row in rows(engine, model)]


def test_a_past_session_is_kept_as_it_was(host: Flask) -> None:
    engine = engine_of(host)
    with engine.begin() as connection:
        history.write(connection, [ended(bytes=2**40, ending=Ending.ZAPPED), ended(None, 2)])
    with host.app_context():
        first, second = database.session().scalars(sa.select(PastSession).order_by(PastSession.id))
        assert (first.opened_at, first.ended_at) == (NOON, NOON + timedelta(minutes=1))
        assert (first.user_id, first.channel_id) == (1, 1)
        assert (first.address, first.user_agent, first.protocol) == ("192.0.2.1", "VLC/3.0", "hls")
        assert (first.bytes, Ending(first.ending)) == (2**40, Ending.ZAPPED)
        assert (second.user_id, second.bytes) == (None, None)


def test_totals_grow_by_user_channel_and_day(host: Flask) -> None:
    engine = engine_of(host)
    over_midnight = ended(
        opened_at=MIDNIGHT - timedelta(minutes=1), ended_at=MIDNIGHT + timedelta(minutes=3), bytes=8
    )
    for _ in range(2):
        with engine.begin() as connection:
            history.write(connection, [over_midnight, ended(bytes=5), ended(2), ended(None)])
    assert [row[:3] for row in usage(engine)] == [(0, 1, 1), (1, 28, 1), (1, 1, 1), (2, 1, 1)]
    assert [row[3:] for row in usage(engine)] == [
        (2, 120, 0),
        (2, 120, 4),
        (2, 480, 22),
        (2, 120, 0),
    ]
    assert usage(engine, ChannelUsage) == [(28, 1, 2, 120, 4), (1, 1, 6, 720, 22)]


def test_totals_alone_can_be_kept(host: Flask) -> None:
    engine = engine_of(host)
    with engine.begin() as connection:
        history.write(connection, [ended()], keep_rows=False)
    assert rows(engine, PastSession) == []
    assert usage(engine) == [(1, 1, 1, 1, 60, 0)]


def test_nothing_is_written_of_nothing(host: Flask) -> None:
    with engine_of(host).begin() as connection:
        history.write(connection, [])
        assert history.sweep(connection, before=NOON, limit=10) == 0


def test_what_is_rolled_back_is_in_no_total(host: Flask) -> None:
    engine = engine_of(host)
    with engine.connect() as connection:
        history.write(connection, [ended()])
        connection.rollback()
    assert rows(engine, PastSession) == usage(engine) == usage(engine, ChannelUsage) == []


def test_many_who_write_at_once_lose_nothing_and_never_wait_for_each_other(host: Flask) -> None:
    engine = engine_of(host)
    writers, batches = 4, 25
    start = Barrier(writers)

    def batch(writer: int) -> list[EndedSession]:
        # The same rows of totals in another order for each.
        ids = [(user, channel) for user in range(1, 6) for channel in range(1, 6)]
        turn = writer * 7 % len(ids)
        order = (ids[turn:] + ids[:turn])[:: -1 if writer % 2 else 1]
        return [ended(user, channel, bytes=writer + 1) for user, channel in order]

    def write(writer: int) -> None:
        sessions = batch(writer)
        start.wait()
        for _ in range(batches):
            with engine.begin() as connection:
                if engine.dialect.name == "sqlite":
                    connection.exec_driver_sql("BEGIN IMMEDIATE")
                history.write(connection, sessions)

    with ThreadPoolExecutor(writers) as pool:
        list(pool.map(write, range(writers)))
    each = (writers * batches, writers * batches * 60, batches * sum(range(1, writers + 1)))
    assert [row[3:] for row in usage(engine)] == [each] * 25
    assert usage(engine, ChannelUsage) == [
        (1, channel, *(5 * number for number in each)) for channel in range(1, 6)
    ]
    assert len(rows(engine, PastSession)) == writers * batches * 25


def test_databases_without_an_upsert_add_up_as_well(
    host: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upserts, "adding", lambda dialect, table, numbers: None)
    test_totals_grow_by_user_channel_and_day(host)


def aged(count: int) -> list[EndedSession]:
    """One session a day, the last of them at noon."""
    return [ended(opened_at=NOON - timedelta(days=age)) for age in range(count - 1, -1, -1)]


def test_what_is_too_old_is_swept_in_batches(host: Flask) -> None:
    engine = engine_of(host)
    with engine.begin() as connection:
        history.write(connection, aged(10))
    before = NOON - timedelta(days=2, minutes=-1)
    swept = []
    for _ in range(4):
        with engine.begin() as connection:
            swept.append(history.sweep(connection, before=before, limit=3))
    assert swept == [3, 3, 1, 0], "what ended at the time itself stays"
    assert len(rows(engine, PastSession)) == 3
    assert len(usage(engine)) == 10, "totals are kept for good"


def test_what_was_written_late_is_swept_when_its_turn_comes(host: Flask) -> None:
    engine = engine_of(host)
    old = ended(opened_at=NOON - timedelta(days=5))
    with engine.begin() as connection:
        history.write(connection, [ended(), old, old])
        swept = [history.sweep(connection, before=NOON, limit=2) for _ in range(3)]
    assert swept == [1, 1, 0]
    assert len(rows(engine, PastSession)) == 1


def test_a_sweep_reads_and_deletes_no_more_than_its_batch(host: Flask) -> None:
    engine = engine_of(host)
    with engine.begin() as connection:
        history.write(connection, [ended() for _ in range(500)])
        # Nothing is old enough: it must not look through the whole table for more.
        assert history.sweep(connection, before=NOON - timedelta(days=1), limit=5) == 0
        assert history.sweep(connection, before=NOON + timedelta(days=1), limit=5) == 5


def test_ids_are_never_given_twice(host: Flask) -> None:
    engine = engine_of(host)
    for _ in range(2):
        with engine.begin() as connection:
            history.write(connection, [ended()])
            last = connection.scalar(sa.select(sa.func.max(PastSession.id)))
            history.sweep(connection, before=NOON + timedelta(days=1), limit=5)
    assert last == 2
