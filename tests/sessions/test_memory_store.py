"""What is special about sessions in memory: their file, restarts, and other processes."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from flask_iptv.errors import Unavailable
from flask_iptv.sessions import Event, Selection
from flask_iptv.sessions.memory import MemoryStore, SessionFile, memory_store
from flask_iptv.sessions.memory.memory_store import RETRY
from tests.sessions.conftest import Strangers, forget
from tests.sessions.home import LEASE, START, Home


@pytest.fixture
def moved(file: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], Home]]:
    """Makes homes whose sessions are in the same file, as those of several processes are."""
    monkeypatch.setattr(memory_store, "_OWNERS", Strangers())
    homes: list[Home] = []

    def move() -> Home:
        home = Home(None, 7, {"one": 1, "two": 2})  # type: ignore[arg-type]
        home.store = MemoryStore(SessionFile(file), home.ended.extend)
        homes.append(home)
        return home

    yield move
    for home in homes:
        home.store.close()


def test_a_restart_forgets_nothing(moved: Callable[[], Home]) -> None:
    before = moved()
    before.limit = 2
    before.ask("tv", session="a", bytes=1000)
    before.ask("phone", on="two", session="b")
    ids = [item.id for item in before.store.select(Selection(), limit=9, now=before.now)]
    before.store.cut(ids[1], now=before.now)
    before.store.close()

    after = moved()
    after.limit = 1
    after.wait(10)
    assert after.ask("radio", session="x") == "too_many_sessions"
    assert after.ask("phone", Event.UPDATE, on="two", session="b") == "session_cut"
    assert after.ask("tv", Event.UPDATE, session="a", bytes=1500) is None
    assert [item.id for item in after.store.select(Selection(), limit=9, now=after.now)] == ids[:1]
    after.close("tv", "a")
    assert after.endings() == [("tv", "one", "closed", 10, 1500)]


def test_a_killed_process_loses_what_came_after_its_last_tick(moved: Callable[[], Home]) -> None:
    killed = moved()
    killed.limit = None
    killed.ask("tv", session="a")
    killed.store.tick(killed.now)
    killed.ask("late", session="b")
    store = killed.store
    assert isinstance(store, MemoryStore)
    # What the system does to the files of a process that is killed.
    store._file.close()  # type: ignore[union-attr]
    store._owned = False
    store._file = None

    after = moved()
    after.limit = 1
    assert after.ask("tv", Event.UPDATE, session="a") is None
    assert after.open() == [("tv", "one")]


def test_a_number_is_never_given_twice(moved: Callable[[], Home]) -> None:
    before = moved()
    before.ask("tv", session="a")
    (first,) = before.store.select(Selection(), limit=9, now=before.now)
    before.store.tick(before.now)
    before.close("tv", "a")
    before.store.close()
    after = moved()
    after.ask("tv", session="b")
    (second,) = after.store.select(Selection(), limit=9, now=after.now)
    assert second.id > first.id


def test_sessions_that_ended_while_nobody_served_are_told(moved: Callable[[], Home]) -> None:
    before = moved()
    before.ask("tv", session="a")
    before.store.close()
    after = moved()
    after.wait(LEASE + 60)
    after.ask("phone", session="b")
    after.store.tick(after.now)
    assert after.endings() == [("tv", "one", "silent", 0, None)]
    assert after.open() == [("phone", "one")]


def test_a_second_process_is_refused_and_told_what_to_do(
    moved: Callable[[], Home], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = moved(), moved()
    assert first.ask("tv", session="a") is None
    with pytest.raises(Unavailable, match="set IPTV_SESSION_STORE to 'sql:' or 'redis://"):
        second.ask("phone", session="b")
    with pytest.raises(Unavailable):
        second.close("tv", "a")
    first.store.close()
    # It asks once a second only, however many ask it.
    with pytest.raises(Unavailable):
        second.ask("phone", session="b")
    assert isinstance(second.store, MemoryStore)
    second.store._asked_at -= RETRY
    assert second.ask("phone", session="b") == "too_many_sessions"
    assert second.ask("tv", Event.UPDATE, session="a") is None


def test_apps_of_one_process_hand_their_sessions_over(file: Path) -> None:
    # As tests of a host do, which make an app for each test and close none.
    homes = []
    for name in ("first", "second", "third"):
        home = Home(MemoryStore(SessionFile(file), forget), 7, {"one": 1, "two": 2}, limit=3)
        assert home.ask(name) is None
        homes.append(home)
    assert homes[-1].ask("fourth") == "too_many_sessions"
    assert homes[0].ask("fourth") == "too_many_sessions"
    assert len(homes[0].open()) == 3
    homes[0].store.close()


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="this system has no owners of files")
def test_the_file_is_for_whom_the_database_is(tmp_path: Path) -> None:
    database = tmp_path / "database"
    database.touch(mode=0o640)
    if os.geteuid() == 0:
        os.chown(database, 33, 33)
    path = tmp_path / "database.iptv-sessions"
    store = MemoryStore(SessionFile(path, like=database), forget)
    Home(store, 7, {"one": 1}).ask("tv")
    store.tick(START)
    for made in (path, Path(f"{path}.lock")):
        status = made.stat()
        assert status.st_mode & 0o777 == 0o640
        assert (status.st_uid, status.st_gid) == (database.stat().st_uid, database.stat().st_gid)
    store.close()


def test_whoever_only_looks_makes_no_file(moved: Callable[[], Home], file: Path) -> None:
    assert moved().open() == []
    assert not file.exists()


def test_other_processes_see_the_sessions_and_leave_orders(moved: Callable[[], Home]) -> None:
    serving, command = moved(), moved()
    serving.limit = 4
    for name in ("a", "b", "c", "d"):
        serving.ask(name, session=name)
        serving.wait(1)
    serving.store.tick(serving.now)
    command.now = serving.now
    assert command.open() == [(name, "one") for name in ("a", "b", "c", "d")]
    assert command.store.count(Selection(), now=command.now) == 4
    assert command.store.count_by_user([7, 8], now=command.now)[7] == 4
    first = command.store.select(Selection(), limit=1, now=command.now)[0]
    assert command.store.get(first.id, now=command.now) == first
    assert command.store.cut(first.id, now=command.now)
    assert not command.store.cut(first.id + 100, now=command.now)
    command.store.keep_oldest(7, 2, now=command.now)

    serving.store.tick(serving.now)
    assert serving.open() == [("b", "one"), ("c", "one")]
    assert serving.ask("a", Event.UPDATE, session="a") == "session_cut"
    command.store.end_all(7, now=command.now)
    serving.store.tick(serving.now)
    assert serving.open() == []
    # Each order is obeyed once.
    serving.ask("e")
    serving.store.tick(serving.now)
    assert serving.open() == [("e", "one")]


def test_what_could_not_be_written_is_written_later(moved: Callable[[], Home], file: Path) -> None:
    home = moved()
    home.ask("tv", session="a")
    store = home.store
    assert isinstance(store, MemoryStore)
    assert store._file
    lost = sqlite3.connect(file)
    lost.execute("BEGIN IMMEDIATE")
    store._file._do(lambda connection: connection.execute("PRAGMA busy_timeout=0"))
    with pytest.raises(Unavailable, match="locked"):
        store.tick(home.now)
    lost.close()
    store.tick(home.now)
    store.close()
    assert moved().open() == [("tv", "one")]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_forked_process_is_another_one(make_app: Callable[..., Flask], tmp_path: Path) -> None:
    """A server that forks after the app was asked: the child must not use the parent's files."""
    script = """
import os, sys
from pathlib import Path
from flask import Flask
from flask_iptv import IPTV, channels, database, users

app = Flask("host", instance_path=sys.argv[1])
app.config["IPTV_SESSION_STORE"] = "memory:"
app.register_blueprint(IPTV(), url_prefix="/tv")
with app.app_context():
    channels.create(name="one")
    users.create(name="bob", key="bobs-token", max_sessions=1)
    database.session().commit()

def ask(agent):
    query = {"name": "one", "token": "bobs-token", "ip": "192.0.2.1", "user_agent": agent}
    return app.test_client().get("/tv/auth", query_string=query).status_code

print(ask("tv"), flush=True)
if os.fork() == 0:
    print(ask("phone"), flush=True)
    app.extensions["iptv"].close()
    os._exit(0)
os.wait()
print(ask("tv"), ask("phone"), flush=True)
app.extensions["iptv"].close()
"""
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["200", "503", "200", "403"]
