"""A damaged file of the sessions is worth one lease: no viewer is turned away because of it."""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from flask import Flask

from flask_iptv.admin import start
from flask_iptv.errors import Unavailable
from flask_iptv.models import utcnow
from flask_iptv.sessions import Event, Selection
from flask_iptv.sessions.memory import MemoryStore, SessionFile, memory_store
from flask_iptv.sessions.sqlite_store import SQLiteStore
from tests.conftest import LOGIN
from tests.sessions.conftest import Strangers, forget, make_stored_app
from tests.sessions.home import Home
from tests.sessions.site import Site


def noise(path: Path) -> None:
    path.write_bytes(b"this is a text and no database" * 300)


def folder(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.mkdir()
    (path / "something").touch()


def truncated(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
    connection.close()
    os.truncate(path, path.stat().st_size - 4096 - 100)


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def newer(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.executescript("PRAGMA user_version=99; DROP TABLE orders")
    connection.close()


def other_tables(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.executescript("DROP TABLE slots; CREATE TABLE slots (id INTEGER PRIMARY KEY, a)")
    connection.close()


def overwritten(path: Path) -> None:
    """All but the head of the file, so that it looks sound when it is opened."""
    with path.open("r+b") as file:
        file.seek(200)
        file.write(b"\xa5" * (path.stat().st_size - 200))


def to_nowhere(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.parent / "no such folder" / "file")


def beside(name: str, damage: Callable[[Path], None]) -> Callable[[Path], None]:
    def damaged(path: Path) -> None:
        damage(path.with_name(path.name + name))

    damaged.__name__ = f"{damage.__name__}{name}"
    return damaged


DAMAGES = [
    *(noise, folder, truncated, newer, other_tables, overwritten, to_nowhere),
    *(beside("-wal", folder), beside("-shm", folder)),
]
LOST = [*DAMAGES, emptied]


@pytest.fixture
def site(
    request: pytest.FixtureRequest,
    make_app: Callable[..., Flask],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Site]:
    monkeypatch.setattr(memory_store, "_OWNERS", Strangers())
    app = make_stored_app("memory", request, make_app)
    with app.app_context():
        made = Site(app, tmp_path)
        yield made
        made.close()


def named(damage: Callable[[Path], None]) -> str:
    return damage.__name__


def fill(home: Home) -> None:
    """Let so many watch that their file has several pages."""
    home.limit = None
    for number in range(100):
        home.ask(f"tv {number}", session=str(number))
    home.store.close()


@pytest.mark.parametrize("damage", LOST, ids=named)
def test_whoever_starts_with_a_damaged_file_serves(
    process: Callable[[], Home],
    file: Path,
    damage: Callable[[Path], None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    fill(process())
    damage(file)
    after = process()
    assert after.ask("phone", session="b") is None
    assert after.ask("tv 1", Event.UPDATE, session="1") == "too_many_sessions"
    after.store.tick(after.now)
    said = caplog.text.count("and begun anew")
    # SQLite itself takes an empty file for a new one.
    assert (said, after.store.set_aside() is None) == (
        (0, True) if damage is emptied else (1, False)
    )
    after.store.close()
    assert process().open() == [("phone", "one")]


@pytest.mark.parametrize("damage", [noise, folder, newer], ids=named)
@pytest.mark.parametrize("is_alone", [True, False])
def test_so_does_whoever_shares_or_takes_them(
    site: Site, damage: Callable[[Path], None], caplog: pytest.LogCaptureFixture, is_alone: bool
) -> None:
    fill(site.process("memory:"))
    damage(site.file)
    after = site.process(is_alone=is_alone)
    assert after.ask("phone", session="b") is None
    after.store.tick(after.now)
    assert after.open() == [("phone", "one")]
    assert caplog.text.count("and begun anew") == 1
    assert after.store.set_aside() is not None


def test_few_copies_are_kept(process: Callable[[], Home], file: Path) -> None:
    for damage in (noise, folder, noise, folder, noise, noise):
        damage(file)
        home = process()
        assert home.ask("tv", session="a") is None
        home.store.close()
        file.unlink()
    copies = [one.name for one in file.parent.glob("*.damaged*")]
    assert len(copies) <= 3, copies


@pytest.mark.parametrize("damage", [noise, folder, Path.unlink, overwritten], ids=named)
def test_a_file_that_is_damaged_while_it_is_in_use_is_written_again(
    process: Callable[[], Home], file: Path, damage: Callable[[Path], None]
) -> None:
    alone, command = process(), process()
    alone.limit = 2
    alone.ask("tv", session="a")
    alone.store.tick(alone.now)
    with sqlite3.connect(file) as other:
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    other.close()
    damage(file)
    alone.ask("phone", session="b")
    alone.store.tick(alone.now)
    # Who looks may be the first to see it, and finds the sessions a tick later.
    command.store.count(Selection(), now=command.now)
    alone.store.tick(alone.now)
    assert command.open() == [("phone", "one"), ("tv", "one")]
    # And who looked leaves orders where they are found.
    command.store.end_all(command.user_id, now=command.now)
    alone.store.tick(alone.now)
    assert alone.open() == []


@pytest.mark.parametrize("damage", [noise, folder, to_nowhere], ids=named)
@pytest.mark.parametrize("url", ["memory:", None])
def test_a_damaged_lock_is_a_lock_again(
    site: Site, url: str | None, damage: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    lock = site.file.with_name(site.file.name + ".lock")
    lock.touch()
    damage(lock)
    first = site.process(url)
    assert first.ask("tv", session="a") is None
    assert "the lock" in caplog.text
    second = site.process("memory:")
    with pytest.raises(Unavailable, match="another process serves"):
        second.ask("phone", session="b")


def test_noise_in_the_lock_lets_nobody_else_in(site: Site) -> None:
    lock = site.file.with_name(site.file.name + ".lock")
    first, second = site.process("memory:"), site.process("memory:")
    assert first.ask("tv", session="a") is None
    noise(lock)
    with pytest.raises(Unavailable, match="another process serves"):
        second.ask("phone", session="b")
    third = site.process()
    assert isinstance(third.store, SQLiteStore)
    third.store._patience = 0
    with pytest.raises(Unavailable, match="another process serves"):
        third.ask("phone", session="b")


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can become another account"
)
@pytest.mark.parametrize("name", ["sessions", "sessions.lock"])
@pytest.mark.parametrize("mode", [0, 0o444])
def test_files_of_another_account_are_begun_anew(name: str, mode: int) -> None:
    # Not below pytest's own folder, which nobody else may enter.
    with TemporaryDirectory() as made:
        place = Path(made)
        place.chmod(0o777)
        place.joinpath(name).touch(mode=mode)
        child = os.fork()
        if child == 0:
            os.setuid(65534)
            home = Home(MemoryStore(SessionFile(place / "sessions"), forget), 7, {"one": 1})
            is_served = home.ask("tv", session="a") is None
            home.store.tick(home.now)
            home.store.close()
            os._exit(0 if is_served else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert [one.name for one in place.glob("*.damaged")] == [f"{name}.damaged"]
        assert place.joinpath("sessions").stat().st_uid == 65534


def test_what_is_full_or_locked_is_not_damaged(site: Site) -> None:
    before = site.process("memory:")
    before.ask("tv", session="a")
    before.store.tick(before.now)
    other = sqlite3.connect(site.file)
    other.execute("BEGIN IMMEDIATE")
    store = before.store
    assert isinstance(store, MemoryStore)
    file = store._file
    assert file is not None
    file._do(lambda connection: connection.execute("PRAGMA busy_timeout=0"))
    before.ask("tv", Event.UPDATE, session="a")
    with pytest.raises(Unavailable, match="locked"):
        before.store.tick(before.now)
    other.close()
    before.store.tick(before.now)
    assert before.store.set_aside() is None


def test_the_overview_says_it_for_a_day(
    request: pytest.FixtureRequest,
    make_app: Callable[..., Flask],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    noise(tmp_path / "host.sqlite.iptv-sessions")
    app = make_stored_app("memory", request, make_app)
    client = app.test_client()
    question = {"name": "one", "token": "bobs-token", "ip": "192.0.2.1"}
    with caplog.at_level(logging.ERROR):
        for _ in range(3):
            assert client.get("/tv/auth", query_string=question).status_code == 200
    assert caplog.text.count("and begun anew") == 1
    page = client.get("/tv/admin/", auth=LOGIN).text
    assert "host.sqlite.iptv-sessions.damaged and begun anew" in page
    later = utcnow() + timedelta(days=1, seconds=5)
    monkeypatch.setattr(start, "utcnow", lambda: later)
    assert "begun anew" not in client.get("/tv/admin/", auth=LOGIN).text
