"""A file of its own in which a process keeps its sessions, for restarts and other processes."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Any

from ..registry import Registry
from ..slot import Slot
from .claim import Claim, make, unavailable
from .orders import Order
from .rows import from_row, microseconds, moment, to_renewal, to_row

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
CREATE TABLE IF NOT EXISTS askers (process INTEGER PRIMARY KEY, at INTEGER NOT NULL);
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
_ORDERS = "SELECT verb, id, count FROM orders ORDER BY number"
_EMPTY = (
    *("DELETE FROM slots", "DELETE FROM renewals"),
    *("DELETE FROM orders", "DELETE FROM askers"),
)
_ASK = "INSERT OR REPLACE INTO askers VALUES (?, ?)"


class SessionFile:
    """An SQLite file beside the database; a lock beside it says whose sessions these are.

    Every method raises :exc:`~flask_iptv.errors.Unavailable` if the file can't be used.

    :param path: of the file.
    :param like: the database, whose owner and mode the file gets: a command may be run by another
        account than the site.
    """

    def __init__(self, path: Path, like: Path | None = None) -> None:
        self.path = path
        self.claim = Claim(Path(f"{path}.lock"), like)
        self._like = like
        self._connection: sqlite3.Connection | None = None
        self._using = Lock()

    def read(self) -> tuple[list[Slot], int]:
        """The slots of the file, and the highest id that was ever given."""
        if not self.path.exists():
            return [], 0
        with self._opened() as connection:
            return _slots(connection), _last_id(connection)

    def keep(self, registry: Registry) -> None:
        """Write what has changed in a registry since the last time; what fails goes on waiting."""
        with registry.lock:
            changed, registry.changed = registry.changed, set()
            renewed, registry.renewed = registry.renewed, set()
            gone, registry.gone = registry.gone, set()
        try:
            self.write(
                registry.slots_with(changed), registry.slots_with(renewed - changed), sorted(gone)
            )
        except BaseException:
            with registry.lock:
                registry.changed |= changed | renewed
                registry.gone |= gone
            raise

    def write(self, changed: Sequence[Slot], renewed: Sequence[Slot], gone: Sequence[int]) -> None:
        """Write what changed, in one transaction: all of it or nothing.

        :param renewed: slots of which only the times and the bytes changed.
        """
        with self._opened() as connection, connection:
            connection.execute("BEGIN IMMEDIATE")
            written = [slot.id for slot in changed]
            connection.execute(_FORGET.format("slots"), [json.dumps(gone)])
            connection.execute(_FORGET.format("renewals"), [json.dumps([*gone, *written])])
            connection.executemany(_WRITE, [to_row(slot) for slot in changed])
            connection.execute(_RENEW, [json.dumps([to_renewal(slot) for slot in renewed])])

    def take_orders(self) -> list[Order]:
        """What other processes want done; each is handed out once."""
        with self._opened() as connection, connection:
            if connection.execute(_ORDERS).fetchone() is None:
                return []
            connection.execute("BEGIN IMMEDIATE")
            orders: list[Order] = connection.execute(_ORDERS).fetchall()
            connection.execute("DELETE FROM orders")
        return orders

    def empty(self, take: Callable[[list[Slot], int, list[Order]], None]) -> None:
        """Give everything away.

        :param take: is given the slots, the highest id that was ever given, and what is to be done
            with the slots; all stays if it raises.
        """
        if not self.path.exists():
            return
        with self._opened() as connection, connection:
            connection.execute("BEGIN IMMEDIATE")
            orders = connection.execute(_ORDERS).fetchall()
            take(_slots(connection), _last_id(connection), orders)
            for statement in _EMPTY:
                connection.execute(statement)

    def order(self, verb: str, id: int, count: int | None = None) -> None:
        """Ask the process that owns the sessions to do something."""
        with self._opened() as connection:
            connection.execute(
                "INSERT INTO orders (verb, id, count) VALUES (?, ?, ?)", (verb, id, count)
            )

    def ask(self, now: datetime) -> None:
        """Tell the process that owns the sessions that this one is asked about them as well."""
        with self._opened() as connection:
            connection.execute(_ASK, (os.getpid(), microseconds(now)))

    def asked_at(self) -> datetime | None:
        """When a process last told that; ``None`` if none has since this one owns them."""
        if not self.path.exists():
            return None
        with self._opened() as connection:
            ((at,),) = connection.execute("SELECT max(at) FROM askers")
        return None if at is None else moment(at)

    def forget_askers(self) -> None:
        """Begin anew with those."""
        with self._opened() as connection:
            connection.execute("DELETE FROM askers")

    def close(self) -> None:
        """Close it, and let another process be the owner."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None
        self.claim.release()

    def forget(self) -> None:
        """Leave file and lock to the parent of this process."""
        _PARENTS.append(self._connection)
        self._connection = None
        self.claim.forget()
        self._using = Lock()

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        with self._using:
            try:
                if self._connection is None:
                    make(self.path, self._like)
                    self._connection = _connect(self.path)
                yield self._connection
            except (sqlite3.Error, OSError) as error:
                with suppress(sqlite3.Error):
                    if self._connection is not None:
                        self._connection.close()
                self._connection = None
                raise unavailable(self.path, error) from error


def _slots(connection: sqlite3.Connection) -> list[Slot]:
    return [from_row(row) for row in connection.execute(_READ)]


def _last_id(connection: sqlite3.Connection) -> int:
    found = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'slots'")
    last: int = next(iter(found), (0,))[0]
    return last


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=5, check_same_thread=False, isolation_level=None)
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
    return connection


#: Kept, since to collect one would close the parent's file.
_PARENTS: list[Any] = []
