"""Sessions of an SQLite database: in the memory of one process, in the table of several."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from flask_iptv.errors import Unavailable
from flask_iptv.sessions import Event, Selection, Store
from flask_iptv.sessions.memory import HandedOver, MemoryStore, SessionFile, memory_store
from flask_iptv.sessions.sql import SQLStore
from flask_iptv.sessions.sqlite_store import MOMENT, SQLiteStore
from tests.sessions.conftest import Strangers, make_stored_app
from tests.sessions.home import LEASE, Home
from tests.sessions.site import Site
from tests.statements import statements


@pytest.fixture
def site(
    request: pytest.FixtureRequest,
    make_app: Callable[..., Flask],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Site]:
    monkeypatch.setattr(memory_store, "_OWNERS", Strangers())
    app = make_stored_app("sqlite", request, make_app)
    with app.app_context():
        made = Site(app, tmp_path)
        yield made
        made.close()


def serving(store: Store) -> type:
    assert isinstance(store, SQLiteStore)
    return type(store._serving)


def test_a_process_that_is_alone_has_them_in_its_memory(site: Site) -> None:
    alone = site.process(is_alone=True)
    assert alone.ask("tv", session="a") is None
    assert alone.ask("phone", session="b") == "too_many_sessions"
    with statements() as sent:
        assert alone.ask("tv", Event.UPDATE, session="a") is None
        alone.store.tick(alone.now)
    assert sent == []
    assert site.rows() == 0


def test_any_other_process_has_them_in_the_table(site: Site) -> None:
    first, second = site.process(), site.process("sql:")
    assert first.ask("tv", session="a") is None
    assert second.ask("phone", session="b") == "too_many_sessions"
    assert second.ask("tv", Event.UPDATE, session="a") is None
    assert site.rows() == 1
    # Whoever comes to be alone by mistake is not.
    late = site.process(is_alone=True)
    assert late.ask("phone", session="c") == "too_many_sessions"
    assert late.open() == [("tv", "one")]


def test_the_second_process_makes_the_first_one_share_them(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    alone, other = site.process(is_alone=True), site.process(is_alone=True)
    alone.limit = other.limit = 2
    alone.ask("tv", session="a", bytes=100)
    alone.wait(10)
    alone.ask("tv", Event.UPDATE, session="a", bytes=300)
    alone.ask_with_link("first", session="l")
    other.now = alone.now
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(other.ask, "phone", session="b")
        while not asked.done():
            alone.store.tick(alone.now)
        assert asked.result() is None
    assert serving(alone.store) is serving(other.store) is SQLStore
    # A question that was on its way to the memory goes on to the table.
    assert isinstance(alone.store, SQLiteStore)
    with pytest.raises(HandedOver):
        alone.store._memory.end(alone.device("phone"), now=alone.now)
    assert alone.open() == other.open() == [("phone", "one"), ("tv", "one"), ("tv", "one")]
    # Both count, and nobody's time or bytes began anew.
    for home in (alone, other):
        assert home.ask("third", session="c") == "too_many_sessions"
        assert home.ask_with_link("first", session="l") is None
    other.close("tv", "a", bytes=400)
    assert other.endings() == [("tv", "one", "closed", 10, 400)]
    assert alone.ask("third", session="c") is None
    assert alone.endings() == []
    assert "memory:" not in caplog.text


def test_who_serves_next_takes_along_what_the_last_one_left(site: Site) -> None:
    alone = site.process(is_alone=True)
    alone.ask("tv", session="a")
    alone.ask_with_link("first", session="l")
    alone.store.close()
    several = [site.process(), site.process()]
    for home in several:
        home.wait(10)
        assert home.ask("phone", session="b") == "too_many_sessions"
        assert home.ask("tv", Event.UPDATE, session="a") is None
        assert home.ask_with_link("first", session="l") is None
    assert site.rows() == 2
    for home in several:
        home.store.close()
    again = site.process(is_alone=True)
    again.wait(20)
    assert again.ask("phone", session="b") == "too_many_sessions"
    # A signed link is not written down, so its viewer is told to the history and comes anew.
    assert again.endings() == [("tv", "one", "silent", 10, None)]
    assert again.ask("tv", Event.UPDATE, session="a") is None
    assert again.ask_with_link("first", session="l") is None
    assert len(again.open()) == 2
    assert site.rows() == 0
    again.close("tv", "a")
    assert again.endings() == [("tv", "one", "closed", 20, None)]
    for home in (alone, *several):
        assert home.endings() == []


@pytest.mark.parametrize("url", ["memory:", None])
def test_what_was_over_long_ago_is_told_and_counts_no_more(site: Site, url: str | None) -> None:
    before, after = site.process(url, is_alone=True), site.process()
    if url is not None:
        before, after = after, before
    before.ask("tv", session="a")
    before.store.close()
    after.wait(LEASE + 60)
    assert after.ask("phone", session="b") is None
    after.store.tick(after.now)
    assert after.endings() == [("tv", "one", "silent", 0, None)]
    assert after.open() == [("phone", "one")]


def test_what_a_page_has_shown_is_never_another_session(site: Site) -> None:
    def ids(home: Home) -> dict[str | None, int]:
        found = home.store.select(Selection(), limit=100, now=home.now)
        return {session.user_agent: session.id for session in found}

    shown: list[int] = []
    for is_alone in (False, True, False, True):
        home = site.process(is_alone=is_alone)
        home.limit = None
        home.ask("stays")
        for name in ("one", "two"):
            home.ask(name)
            home.store.tick(home.now)
            new = ids(home)[name]
            assert new not in shown
            shown.append(new)
            home.close(name)
        before = ids(home)
        home.store.close()
    after = site.process()
    assert ids(after) == before
    for id in shown:
        assert not after.store.cut(id, now=after.now)
    assert ids(after) == before


def test_a_process_that_has_only_pages_takes_no_part(site: Site) -> None:
    alone, other, pages = site.process("memory:"), site.process("memory:"), site.process()
    alone.ask("tv", session="a")
    with pytest.raises(Unavailable):
        other.ask("phone")
    refused_at = alone.store.refused_at()
    pages.wait(60)
    pages.store.tick(pages.now)
    assert alone.store.refused_at() == refused_at


def test_a_command_sees_them_wherever_they_are(site: Site) -> None:
    assert site.process().open() == []
    assert not site.file.exists()
    serving_alone = site.process(is_alone=True)
    serving_alone.limit = 2
    serving_alone.ask("tv", session="a")
    serving_alone.wait(1)
    serving_alone.ask("phone", session="b")
    serving_alone.store.tick(serving_alone.now)
    command = site.process()
    assert command.open() == [("phone", "one"), ("tv", "one")]
    (first, _) = command.store.select(Selection(sort="opened_at"), limit=9, now=command.now)
    assert command.store.cut(first.id, now=command.now)
    serving_alone.store.tick(serving_alone.now)
    assert serving_alone.open() == [("phone", "one")]
    # It asked for nothing, so the one that is alone stays alone.
    assert serving(serving_alone.store) is MemoryStore
    command.store.end_all(command.user_id, now=command.now)
    serving_alone.store.close()
    # The last order was too late for the process that had to obey it.
    assert site.process().open() == []


@pytest.mark.parametrize("verb", ["end_all", "keep_oldest", "cut"])
def test_no_order_is_lost_that_is_left_while_they_move(
    site: Site, monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    alone, other, command = site.process(is_alone=True), site.process(), site.process()
    alone.ask("tv", session="a")
    alone.store.tick(alone.now)
    (watching,) = alone.store.select(Selection(), limit=9, now=alone.now)
    leave = SessionFile.order

    def late(*order: Any) -> None:
        alone.store.close()
        assert other.ask("tv", Event.UPDATE, session="a") is None
        leave(*order)

    monkeypatch.setattr(SessionFile, "order", late)
    wanted = {"end_all": (command.user_id,), "keep_oldest": (command.user_id, 0)}
    getattr(command.store, verb)(*wanted.get(verb, (watching.id,)), now=command.now)
    assert other.open() == []


def test_a_command_at_the_same_moment_keeps_nobody_from_being_alone(site: Site) -> None:
    command, alone = site.process(), site.process(is_alone=True)
    alone.ask("tv")
    alone.store.close()
    assert isinstance(command.store, SQLiteStore)
    assert command.store._file.claim.share()
    again = site.process(is_alone=True)
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(again.ask, "tv")
        command.store._file.claim.release()
        assert asked.result(MOMENT * 100) is None
    assert serving(again.store) is MemoryStore


def test_memory_that_meets_another_process_says_so(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    first, second, third = site.process("memory:"), site.process("memory:"), site.process()
    first.ask("tv", session="a")
    assert first.store.refused_at() is None
    for home in (second, third):
        home.wait(1)
        if isinstance(home.store, SQLiteStore):
            home.store._patience = 0
        with pytest.raises(Unavailable, match="another process serves this database"):
            home.ask("phone")
        assert first.store.refused_at() == home.now
    assert site.process("memory:").store.refused_at() == third.now
    with caplog.at_level(logging.ERROR):
        for _ in range(2):
            first.store.tick(third.now)
    assert len(caplog.messages) == 1
    assert "IPTV_SESSION_STORE is 'memory:'" in caplog.text
    # That is over when somebody has set it right.
    first.store.close()
    third.store._try_at = 0  # type: ignore[attr-defined]
    assert third.ask("phone") == "too_many_sessions"
    assert third.store.refused_at() is None


def test_a_database_that_is_away_at_the_first_moment(site: Site) -> None:
    before, after = site.process(is_alone=True), site.process()
    before.ask("tv")
    before.store.close()
    with site.engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE iptv_sessions RENAME TO elsewhere"))
    with pytest.raises(Unavailable, match="flask iptv upgrade"):
        after.ask("phone")
    with site.engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE elsewhere RENAME TO iptv_sessions"))
    assert after.ask("phone") == "too_many_sessions"
