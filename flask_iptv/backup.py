"""A copy of an SQLite database that is whole, whoever writes to it meanwhile."""

from __future__ import annotations

import os
import shlex
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa

from .errors import IPTVError
from .migrations.neighbours import PREFIX

_OTHERS = {
    "postgresql": "pg_dump --format=custom --exclude-table-data=iptv_sessions --file={file} {name}",
    "mysql": "mysqldump --single-transaction --result-file={file} {name}",
    "mariadb": "mariadb-dump --single-transaction --result-file={file} {name}",
}
#: What is added to the name of the database for the files of its sessions.
_SESSIONS = (".iptv-sessions", ".iptv-sessions.lock")
#: What a copy tells of itself.
_COUNTED = ("users", "channels", "packages", "servers")


class NoBackup(IPTVError):
    """A backup can't be made; whatever was in its place is still there."""


class Backup(NamedTuple):
    """What is in a backup.

    :param counts: of users, channels, packages and servers.
    :param others: tables that are the host's own.
    """

    counts: dict[str, int]
    others: int


def back_up(engine: sa.Engine, file: Path, *, force: bool = False) -> Backup:
    """Copy the whole database of our tables into one file, the host's tables too.

    The sessions that are open are left out: by the time that it is restored they are over.

    :param force: whether a file that is there may be replaced.
    :raises NoBackup: saying what would be right.
    """
    source = _source(engine, file)
    _check_place(file, source, force)
    try:
        with _beside(file) as copy:
            _copy(engine, copy)
            with closing(sqlite3.connect(copy)) as made:
                _leave_out_sessions(made)
                found = _checked(made)
            _rest(copy)
            copy.replace(file)
            _rest(file.parent)
    except (sqlite3.Error, sa.exc.SQLAlchemyError, OSError) as error:
        cause = getattr(error, "orig", None) or error
        raise NoBackup(f"{file} can't be written: {cause}") from error
    return found


def _source(engine: sa.Engine, file: Path) -> Path:
    url = engine.url
    if engine.dialect.name != "sqlite":
        tool = _OTHERS.get(engine.dialect.name, "its own tools")
        words = tool.format(file=shlex.quote(str(file)), name=shlex.quote(str(url.database)))
        raise NoBackup(f"the database is no SQLite file but {engine.dialect.name}; type: {words}")
    source = Path(str(url.database or "").removeprefix("file:").partition("?")[0])
    if not source.is_file():
        raise NoBackup("the database is in memory, so nothing of it can be kept")
    return source


def _check_place(file: Path, source: Path, force: bool) -> None:
    if file.is_dir():
        raise NoBackup(f"{file} is a folder; name a file in it, such as {file / 'iptv.backup'}")
    if not file.parent.is_dir():
        raise NoBackup(f"there is no folder {file.parent}; make it, or choose another one")
    # The database may be opened through a symbolic link.
    sources = {source, source.resolve()}
    own = [
        one.name + part for one in sources for part in ("", "-wal", "-shm", "-journal", *_SESSIONS)
    ]
    folders = {one.parent.resolve() for one in sources}
    if file.resolve().name in own and file.resolve().parent in folders:
        raise NoBackup(f"{file} is a file of the database itself; choose another name")
    if file.exists() and not file.is_file():
        raise NoBackup(f"{file} is no file but a device or the like; choose another name")
    if os.path.lexists(file) and not force:
        raise NoBackup(f"{file} is there already; choose another name, or replace it with --force")


@contextmanager
def _beside(file: Path) -> Iterator[Path]:
    """An empty file that only we may read, which is gone at the end, with what SQLite adds."""
    descriptor, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
    os.close(descriptor)
    try:
        yield Path(name)
    finally:
        for part in ("", "-journal", "-wal", "-shm"):
            with suppress(FileNotFoundError):
                Path(name + part).unlink()


def _copy(engine: sa.Engine, copy: Path) -> None:
    with engine.connect() as connection, closing(sqlite3.connect(copy)) as made:
        driver = connection.connection.dbapi_connection
        if not isinstance(driver, sqlite3.Connection):
            raise NoBackup("the driver of the database can't make a copy; use its own tools")
        # In one step, so that it is of one moment; SQLite looks into the -wal file too.
        driver.backup(made)


def _leave_out_sessions(made: sqlite3.Connection) -> None:
    if _tables(made, "= 'iptv_sessions'"):
        with made:
            made.execute("DELETE FROM iptv_sessions")
        # Nothing of them is left in pages that are free now.
        made.execute("VACUUM")


def _checked(made: sqlite3.Connection) -> Backup:
    ((found, *_),) = made.execute("PRAGMA integrity_check(1)").fetchall()
    if found != "ok":
        raise NoBackup(f"the database is damaged, so no backup was made of it: {found}")
    counts = {}
    for noun in _COUNTED:
        if _tables(made, f"= '{PREFIX}{noun}'"):
            ((counts[noun],),) = made.execute(f"SELECT count(*) FROM {PREFIX}{noun}")  # noqa: S608
    return Backup(counts, _tables(made, f"NOT GLOB '{PREFIX}*'"))


def _tables(made: sqlite3.Connection, condition: str) -> int:
    count: int
    ((count,),) = made.execute(
        "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' "  # noqa: S608
        f"AND name {condition}"
    )
    return count


def _rest(path: Path) -> None:
    """Wait until the disk has it."""
    if os.name == "posix":
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
