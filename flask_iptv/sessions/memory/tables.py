"""The tables of a session file, and the statements that read and write them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path

from ..slot import Slot
from .orders import VERBS, Order
from .rows import MOST_ID, from_row, text, to_renewal, to_row

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
#: Written into the file; one of another version is of no use.
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


class OtherVersion(sqlite3.DatabaseError):
    """The file was written by another version."""


def connect(path: Path) -> sqlite3.Connection:
    """Open a file; tables are made in one that has none.

    :raises sqlite3.Error: if it can't be used.
    """
    connection = sqlite3.connect(path, timeout=5, check_same_thread=False, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version not in (0, _VERSION):
            raise OtherVersion("it was written by another version")
        connection.executescript(_TABLES)
        connection.execute(f"PRAGMA user_version={_VERSION}")
    except sqlite3.Error:
        connection.close()
        raise
    connection.text_factory = text
    return connection


def slots(connection: sqlite3.Connection) -> tuple[list[Slot], int]:
    """The slots of a file, and how many of its rows are none."""
    found = [from_row(row) for row in connection.execute(_READ)]
    sound = [slot for slot in found if slot is not None]
    return sound, len(found) - len(sound)


def last_id(connection: sqlite3.Connection) -> int:
    """The highest id that was ever given."""
    found = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'slots'")
    last = next(iter(found), (0,))[0]
    return last if isinstance(last, int) and 0 <= last < MOST_ID else 0


def write(
    connection: sqlite3.Connection,
    changed: Sequence[Slot],
    renewed: Iterable[Slot],
    gone: Sequence[int],
) -> None:
    """Write what changed.

    :param renewed: slots of which only the times and the bytes changed.
    """
    written = [slot.id for slot in changed]
    connection.execute(_FORGET.format("slots"), [json.dumps(gone)])
    connection.execute(_FORGET.format("renewals"), [json.dumps([*gone, *written])])
    connection.executemany(_WRITE, [to_row(slot) for slot in changed])
    connection.execute(_RENEW, [json.dumps([to_renewal(slot) for slot in renewed])])


def write_all(connection: sqlite3.Connection, slots: Iterable[Slot]) -> None:
    """Write all there is, in place of whatever is there."""
    connection.execute("DELETE FROM slots")
    connection.execute("DELETE FROM renewals")
    connection.executemany(_WRITE, [to_row(slot) for slot in slots])


def orders(connection: sqlite3.Connection) -> list[Order]:
    """What is to be done; nothing is handed on that could not be obeyed."""
    return [
        (verb, id, count)
        for verb, id, count in connection.execute(_ORDERS)
        if verb in VERBS and isinstance(id, int) and isinstance(count, int | None)
    ]


def empty(connection: sqlite3.Connection) -> None:
    """Be rid of all rows."""
    for statement in _EMPTY:
        connection.execute(statement)
