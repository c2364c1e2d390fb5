"""The history is read newest first, in parts, by index; its totals tell every day."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy import event

from flask_iptv import channels, database, history, records, users
from flask_iptv.errors import InvalidInput, NotFound
from flask_iptv.history import DayTotals
from flask_iptv.models import User
from flask_iptv.records import Page
from tests.statements import statements

from .conftest import NOON, ended


def write(*sessions: Any) -> None:
    history.write(database.current().connection(), sessions)


@pytest.fixture
def watched(host: Flask) -> Iterator[Flask]:
    """Ann and Bob, who took turns on two channels, and a viewer with a signed link."""
    with host.app_context():
        for name in ("one", "two"):
            channels.create(name=name)
        for name in ("ann", "bob"):
            users.create(name=name)
        write(*(ended((None, 1, 2)[n % 3], n % 2 + 1, user_agent=str(n)) for n in range(12)))
        database.session().commit()
        yield host


def order(page: Page[Any]) -> list[int]:
    return [int(session.user_agent) for session in page.items]


def test_the_last_ones_come_first_part_by_part(watched: Flask) -> None:
    first = history.page(limit=5)
    second = history.page(limit=5, cursor=first.next)
    third = history.page(limit=5, cursor=second.next)
    assert [order(p) for p in (first, second, third)] == [
        [11, 10, 9, 8, 7],
        [6, 5, 4, 3, 2],
        [1, 0],
    ]
    assert (first.count, first.more_than, third.next) == (12, None, None)
    assert order(history.page(sort="id", limit=3)) == [0, 1, 2]


def test_the_list_is_narrowed_to_a_user_and_a_channel(watched: Flask) -> None:
    assert order(history.page(user="ann")) == [10, 7, 4, 1]
    assert order(history.page(channel="two")) == [11, 9, 7, 5, 3, 1]
    assert order(history.page(user="ann", channel="two")) == [7, 1]
    with pytest.raises(NotFound):
        history.page(user="eve")
    with pytest.raises(NotFound):
        history.page(channel="ten")
    with pytest.raises(InvalidInput, match="sort"):
        history.page(sort="ended_at")


def test_what_comes_in_between_two_parts_moves_nothing(watched: Flask) -> None:
    first = history.page(limit=5)
    write(ended(user_agent="12"))
    assert order(history.page(limit=5, cursor=first.next)) == [6, 5, 4, 3, 2]


def test_the_history_outlives_its_user_and_its_channel(watched: Flask) -> None:
    users.delete(users.by_name("bob"))
    channels.delete(channels.get("two"))
    database.session().commit()
    told = [(s.user_id, s.user and s.user.name, s.channel and s.channel.name)
            for s in history.page(limit=3).items]  # fmt: skip
    assert told == [(2, None, None), (1, "ann", "one"), (None, None, None)]


def test_names_cost_two_statements_whatever_the_length(watched: Flask) -> None:
    for limit in (2, 10):
        database.session().expunge_all()
        with statements() as sent:
            for session in history.page(limit=limit).items:
                assert session.channel is not None
                assert session.channel.title
                assert session.user is None or session.user.name
        assert len(sent) == 4, sent


def test_a_long_list_is_not_counted_to_its_end(
    watched: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "COUNTED", 5)
    with statements() as sent:
        everything = history.page(limit=3)
    assert (everything.count, everything.more_than) == (12, 5)
    (counting,) = [one for one in sent if "count(" in one]
    assert "LIMIT" in counting
    narrowed = history.page(channel="two", limit=3)
    assert (narrowed.count, narrowed.more_than) == (5, 5), "no estimate of a part"
    few = history.page(user="ann", limit=3)
    assert (few.count, few.more_than) == (4, None)
    history.sweep(database.current().connection(), before=NOON + timedelta(days=1), limit=3)
    assert history.page(limit=3).count == 9, "what was swept is not estimated any more"


def test_every_day_is_told_with_what_was_watched(watched: Flask) -> None:
    today = NOON.date()
    before = NOON - timedelta(days=1)
    write(ended(1, 1, opened_at=before, ended_at=before + timedelta(hours=24), bytes=100))
    told = history.totals(since=today - timedelta(days=2), until=today, user="ann")
    assert told == [
        DayTotals(date(2026, 2, 27)),
        DayTotals(date(2026, 2, 28), 1, 12 * 3600, 50),
        DayTotals(date(2026, 3, 1), 4, 12 * 3600 + 240, 50),
    ]
    day: dict[str, Any] = {"since": today, "until": today}
    assert history.totals(**day) == [DayTotals(today, 12, 12 * 3600 + 720, 50)]
    assert history.totals(**day, channel="two") == [DayTotals(today, 6, 360)]
    assert history.totals(**day, user="ann", channel="two") == [DayTotals(today, 2, 120)]
    with pytest.raises(NotFound):
        history.totals(**day, user="eve")


@contextmanager
def plans(engine: sa.Engine) -> Iterator[list[str]]:
    """How the database goes about each query that is sent meanwhile, a line for each step."""
    steps: list[str] = []
    explain = "EXPLAIN QUERY PLAN " if engine.dialect.name == "sqlite" else "EXPLAIN "

    def note(
        connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool
    ) -> None:
        # A look-up of names reads as many rows as the page has.
        if statement.startswith("SELECT") and " IN (" not in statement:
            asking = connection.connection.cursor()
            asking.execute(explain + statement, parameters)
            steps.extend(str(row[-1]) for row in asking.fetchall())
            asking.close()

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield steps
    finally:
        event.remove(engine, "before_cursor_execute", note)


LISTS: dict[str, Callable[[str | None], Page[Any]]] = {
    "all": lambda cursor: history.page(limit=3, cursor=cursor),
    "oldest first": lambda cursor: history.page(sort="id", limit=3, cursor=cursor),
    "of a user": lambda cursor: history.page(user="ann", limit=3, cursor=cursor),
    "of a channel": lambda cursor: history.page(channel="two", limit=3, cursor=cursor),
    "users by name": lambda cursor: users.page(sort="name", limit=3, cursor=cursor),
    "users by name, reversed": lambda cursor: users.page(sort="-name", limit=3, cursor=cursor),
    "users by creation": lambda cursor: users.page(sort="created_at", limit=3, cursor=cursor),
    "users by id": lambda cursor: users.page(limit=3, cursor=cursor),
}


@pytest.fixture
def crowded(watched: Flask) -> Flask:
    """So many rows that PostgreSQL's planner would rather not sort them."""
    connection = database.current().connection()
    rows = [
        {"name": f"u{n}", "key": f"k{n}", "enabled": True, "by_packages": False,
         "allowed_networks": []} for n in range(3000)
    ]  # fmt: skip
    connection.execute(sa.insert(User), rows)
    write(*(ended(n % 2 or n % 1000, n % 4 + 1) for n in range(5000)))
    database.session().commit()
    if connection.dialect.name == "postgresql":
        database.session().execute(sa.text("ANALYZE"))
    return watched


@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_read_along_an_index(crowded: Flask, name: str) -> None:
    engine = database.session().get_bind(User)
    assert isinstance(engine, sa.Engine)
    first = LISTS[name](None)
    assert first.next is not None
    with plans(engine) as steps:
        LISTS[name](None)
        LISTS[name](first.next)
    plan = "\n".join(steps)
    assert "TEMP B-TREE" not in plan
    # An incremental sort orders only those of equal names or times.
    assert "Sort  (" not in plan.replace("Incremental Sort  (", "")
    assert "iptv_history" in plan or "iptv_users" in plan


def test_totals_are_read_by_their_keys(crowded: Flask) -> None:
    engine = database.session().get_bind(User)
    assert isinstance(engine, sa.Engine)
    day: dict[str, Any] = {"since": NOON.date(), "until": NOON.date()}
    with plans(engine) as steps:
        history.totals(**day)
        history.totals(**day, channel="two")
        history.totals(**day, user="ann")
        history.totals(**day, user="ann", channel="two")
    found = [step for step in steps if "usage" in step]
    if engine.dialect.name == "sqlite":
        assert all("SEARCH" in step and "PRIMARY KEY" in step for step in found), found
    assert not [
        step for step in found if "SCAN iptv_usage" in step or "Seq Scan on iptv_usage" in step
    ]
    assert any("iptv_channel_usage" in step for step in found)
