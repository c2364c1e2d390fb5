"""A file of its own in which a process keeps its sessions, for restarts and other processes."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from pathlib import Path
from threading import Lock
from typing import Any

from ...errors import Unavailable
from ..slot import Slot
from ..store import Device

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)

_TABLES = """
CREATE TABLE IF NOT EXISTS slots (
    id INTEGER PRIMARY KEY AUTOINCREMENT, user_id INTEGER, address TEXT, user_agent TEXT,
    link TEXT, channel_id INTEGER, protocol TEXT, server_session TEXT, previous_session TEXT,
    opened_at INTEGER, seen_at INTEGER, expires_at INTEGER, cut_reason TEXT, bytes INTEGER,
    server_bytes INTEGER);
CREATE TABLE IF NOT EXISTS orders (
    number INTEGER PRIMARY KEY, verb TEXT NOT NULL, id INTEGER NOT NULL, count INTEGER);
"""
#: Written into the file; one of another version is begun anew.
_VERSION = 1

_READ = "SELECT * FROM slots"
_WRITE = "INSERT OR REPLACE INTO slots VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"

_RENEW = "UPDATE slots SET seen_at = ?, expires_at = ?, bytes = ?, server_bytes = ? WHERE id = ?"

#: What another process wants done: a verb of the store, the id of a user or session, a count.
Order = tuple[str, int, int | None]


class SessionFile:
    """An SQLite file beside the database; a lock beside it says whose sessions these are.

    :param path: of the file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
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
            lock = sqlite3.connect(
                f"{self.path}.lock", timeout=0, check_same_thread=False, isolation_level=None
            )
            # SQLite locks files on every system, and the lock ends with the process.
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if lock is None:
                raise self._unavailable(error) from error
            lock.close()
            if "locked" not in str(error):
                raise self._unavailable(error) from error
            return False
        self._lock = lock
        return True

    def read(self) -> tuple[list[Slot], int]:
        """The slots of the file, and the highest id that was ever given.

        :raises Unavailable: if the file can't be read.
        """
        with self._using:
            try:
                connection = self._opened()
                slots = [_slot(row) for row in connection.execute(_READ)]
                last = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'slots'")
                return slots, next(iter(last), (0,))[0]
            except sqlite3.Error as error:
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
                    connection.executemany("DELETE FROM slots WHERE id = ?", [(id,) for id in gone])
                    connection.executemany(_WRITE, [_row(slot) for slot in changed])
                    connection.executemany(_RENEW, [_renewal(slot) for slot in renewed])
                    rows = connection.execute("SELECT verb, id, count FROM orders ORDER BY number")
                    orders = rows.fetchall()
                    if orders:
                        connection.execute("DELETE FROM orders")
                return orders
            except sqlite3.Error as error:
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
            except sqlite3.Error as error:
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
            connection = sqlite3.connect(
                self.path, timeout=5, check_same_thread=False, isolation_level=None
            )
            try:
                connection.execute("PRAGMA journal_mode=WAL")
                connection.execute("PRAGMA synchronous=NORMAL")
                (version,) = connection.execute("PRAGMA user_version").fetchone()
                if version not in (0, _VERSION):
                    connection.executescript("DROP TABLE slots; DROP TABLE orders")
                connection.executescript(_TABLES)
                connection.execute(f"PRAGMA user_version={_VERSION}")
            except sqlite3.Error:
                connection.close()
                raise
            self._connection = connection
        return self._connection

    def _unavailable(self, error: sqlite3.Error) -> Unavailable:
        with suppress(sqlite3.Error):
            if self._connection is not None:
                self._connection.close()
        self._connection = None
        return Unavailable(f"the file of the sessions, {self.path},", str(error))


#: Kept, since to collect one would let go of the parent's locks.
_PARENTS: list[Any] = []


def _renewal(slot: Slot) -> tuple[Any, ...]:
    times = _microseconds(slot.seen_at), _microseconds(slot.expires_at)
    return *times, slot.bytes, slot.server_bytes, slot.id


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
