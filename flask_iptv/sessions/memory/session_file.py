"""A file of its own in which a process keeps its sessions, for restarts and other processes."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from pathlib import Path
from threading import Lock
from typing import Any

from ...errors import Unavailable
from ...phrases import Phrase
from ..slot import Slot
from ..store import Device

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)

_TABLES = """
CREATE TABLE IF NOT EXISTS slots (
    id INTEGER PRIMARY KEY AUTOINCREMENT, user_id INTEGER, address TEXT, user_agent TEXT,
    link TEXT, channel_id INTEGER, protocol TEXT, server_session TEXT, previous_session TEXT,
    opened_at INTEGER, seen_at INTEGER, expires_at INTEGER, cut_reason TEXT, bytes INTEGER,
    server_bytes INTEGER);
CREATE TABLE IF NOT EXISTS renewals (
    id INTEGER PRIMARY KEY, seen_at INTEGER, expires_at INTEGER, bytes INTEGER,
    server_bytes INTEGER);
CREATE TABLE IF NOT EXISTS orders (
    number INTEGER PRIMARY KEY, verb TEXT NOT NULL, id INTEGER NOT NULL, count INTEGER);
"""
#: Written into the file; one of another version is begun anew.
_VERSION = 2

_READ = """
SELECT slots.id, user_id, address, user_agent, link, channel_id, protocol, server_session,
    previous_session, opened_at, coalesce(new.seen_at, slots.seen_at),
    coalesce(new.expires_at, slots.expires_at), cut_reason, coalesce(new.bytes, slots.bytes),
    coalesce(new.server_bytes, slots.server_bytes)
FROM slots LEFT JOIN renewals new ON new.id = slots.id ORDER BY slots.id
"""
_WRITE = "INSERT OR REPLACE INTO slots VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"

# Many at once: a statement for each would stop the threads that answer as many times.
_RENEW = """
INSERT OR REPLACE INTO renewals SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'),
    json_extract(value, '$[2]'), json_extract(value, '$[3]'), json_extract(value, '$[4]')
FROM json_each(?)
"""
_FORGET = "DELETE FROM {} WHERE id IN (SELECT value FROM json_each(?))"

#: What another process wants done: a verb of the store, the id of a user or session, a count.
Order = tuple[str, int, int | None]


class SessionFile:
    """An SQLite file beside the database; a lock beside it says whose sessions these are.

    :param path: of the file.
    :param like: the database, whose owner and mode the file gets: a command may be run by another
        account than the site.
    """

    def __init__(self, path: Path, like: Path | None = None) -> None:
        self.path = path
        self._like = like
        self._lock: sqlite3.Connection | None = None
        self._connection: sqlite3.Connection | None = None
        self._using = Lock()

    def own(self) -> bool:
        """Become the one process that writes the sessions; whether that is so now.

        :raises Unavailable: if the file can't be made.
        """
        if self._lock is not None:
            return True
        lock = None
        try:
            self._make(Path(f"{self.path}.lock"))
            lock = sqlite3.connect(
                f"{self.path}.lock", timeout=0, check_same_thread=False, isolation_level=None
            )
            # SQLite locks files on every system, and the lock ends with the process.
            lock.execute("BEGIN EXCLUSIVE")
        except (sqlite3.Error, OSError) as error:
            if lock is not None:
                lock.close()
                if "locked" in str(error):
                    return False
            raise self._unavailable(error) from error
        self._lock = lock
        return True

    def read(self) -> tuple[list[Slot], int]:
        """The slots of the file, and the highest id that was ever given.

        :raises Unavailable: if the file can't be read.
        """
        if not self.path.exists():
            return [], 0
        with self._using:
            try:
                connection = self._opened()
                slots = [_slot(row) for row in connection.execute(_READ)]
                last = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'slots'")
                return slots, next(iter(last), (0,))[0]
            except (sqlite3.Error, OSError) as error:
                raise self._unavailable(error) from error

    def write(
        self, changed: Sequence[Slot], renewed: Sequence[Slot], gone: Sequence[int]
    ) -> list[Order]:
        """Write what changed, in one transaction.

        :param renewed: slots of which only the times and the bytes changed.

        :returns: what other processes want done; each is handed out once.
        :raises Unavailable: if the file can't be written; nothing of it is.
        """
        with self._using:
            try:
                connection = self._opened()
                with connection:
                    connection.execute("BEGIN IMMEDIATE")
                    written = [slot.id for slot in changed]
                    connection.execute(_FORGET.format("slots"), [json.dumps(gone)])
                    connection.execute(_FORGET.format("renewals"), [json.dumps([*gone, *written])])
                    connection.executemany(_WRITE, [_row(slot) for slot in changed])
                    renewals = [_renewal(slot) for slot in renewed]
                    connection.execute(_RENEW, [json.dumps(renewals)])
                    rows = connection.execute("SELECT verb, id, count FROM orders ORDER BY number")
                    orders = rows.fetchall()
                    if orders:
                        connection.execute("DELETE FROM orders")
                return orders
            except (sqlite3.Error, OSError) as error:
                raise self._unavailable(error) from error

    def order(self, verb: str, id: int, count: int | None = None) -> None:
        """Ask the process that owns the sessions to do something.

        :raises Unavailable: if the file can't be written.
        """
        with self._using:
            try:
                self._opened().execute(
                    "INSERT INTO orders (verb, id, count) VALUES (?, ?, ?)", (verb, id, count)
                )
            except (sqlite3.Error, OSError) as error:
                raise self._unavailable(error) from error

    def close(self) -> None:
        """Close it, and let another process be the owner."""
        for connection in (self._connection, self._lock):
            if connection is not None:
                connection.close()
        self._connection = self._lock = None

    def forget(self) -> None:
        """Leave file and lock to the parent of this process."""
        _PARENTS.extend([self._connection, self._lock])
        self._connection = self._lock = None
        self._using = Lock()

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            self._make(self.path)
            connection = sqlite3.connect(
                self.path, timeout=5, check_same_thread=False, isolation_level=None
            )
            try:
                connection.execute("PRAGMA journal_mode=WAL")
                connection.execute("PRAGMA synchronous=NORMAL")
                (version,) = connection.execute("PRAGMA user_version").fetchone()
                if version not in (0, _VERSION):
                    connection.executescript(
                        "DROP TABLE slots; DROP TABLE orders; DROP TABLE IF EXISTS renewals"
                    )
                connection.executescript(_TABLES)
                connection.execute(f"PRAGMA user_version={_VERSION}")
            except sqlite3.Error:
                connection.close()
                raise
            self._connection = connection
        return self._connection

    def _make(self, path: Path) -> None:
        try:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        except FileExistsError:
            return
        if self._like is not None and self._like.exists():
            status = self._like.stat()
            path.chmod(status.st_mode & 0o666)
            if hasattr(os, "chown") and os.geteuid() == 0:
                os.chown(path, status.st_uid, status.st_gid)

    def _unavailable(self, error: Exception) -> Unavailable:
        with suppress(sqlite3.Error):
            if self._connection is not None:
                self._connection.close()
        self._connection = None
        return Unavailable(
            Phrase("the file of the sessions, %(path)s,", path=self.path), str(error)
        )


#: Kept, since to collect one would let go of the parent's locks.
_PARENTS: list[Any] = []


def _renewal(slot: Slot) -> tuple[Any, ...]:
    times = _microseconds(slot.seen_at), _microseconds(slot.expires_at)
    return slot.id, *times, slot.bytes, slot.server_bytes


def _row(slot: Slot) -> tuple[Any, ...]:
    device = slot.device
    return (
        slot.id,
        *(device.user_id, device.address, device.user_agent, device.link),
        *(slot.channel_id, slot.protocol, slot.server_session, slot.previous_session),
        *(_microseconds(at) for at in (slot.opened_at, slot.seen_at, slot.expires_at)),
        *(slot.cut_reason, slot.bytes, slot.server_bytes),
    )


def _microseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1_000_000)


def _slot(row: tuple[Any, ...]) -> Slot:
    slot = Slot.__new__(Slot)
    slot.id = row[0]
    slot.device = Device(*row[1:5])
    slot.channel_id, slot.protocol, slot.server_session, slot.previous_session = row[5:9]
    slot.opened_at, slot.seen_at, slot.expires_at = (
        _EPOCH + timedelta(microseconds=at) for at in row[9:12]
    )
    slot.cut_reason, slot.bytes, slot.server_bytes = row[12:15]
    return slot
