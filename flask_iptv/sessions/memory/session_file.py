"""A file of its own in which a process keeps its sessions, for restarts and other processes."""

from __future__ import annotations

import logging
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

from ...said import MINUTE, Said
from ..registry import Registry
from ..slot import Slot
from ..store import SetAside
from . import tables
from .claim import Claim, make
from .damage import Damaged, identity, last_set_aside, parts, set_aside, unavailable
from .orders import Order
from .rows import is_moment, microseconds, moment

log = logging.getLogger("flask_iptv")

T = TypeVar("T")


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
        #: Which file that connection is to.
        self._identity: tuple[int, int] | None = None
        #: The connection to a file in which everything is that was ever kept.
        self._complete: sqlite3.Connection | None = None
        self._anew_at: float | None = None
        self._said = Said(log)
        self._using = Lock()

    def read(self) -> tuple[list[Slot], int]:
        """The slots of the file, and the highest id that was ever given."""
        return self._do(self._read) if os.path.lexists(self.path) else ([], 0)

    def keep(self, registry: Registry) -> None:
        """Write what has changed in a registry since the last time; after a failure, all of it."""
        with registry.lock:
            changed, registry.changed = registry.changed, set()
            renewed, registry.renewed = registry.renewed, set()
            gone, registry.gone = registry.gone, set()

        def work(connection: sqlite3.Connection) -> None:
            with _transaction(connection):
                if connection is self._complete:
                    parts = registry.slots_with(changed), registry.slots_with(renewed - changed)
                    tables.write(connection, *parts, sorted(gone))
                else:
                    tables.write_all(connection, registry.slots())
            self._complete = connection

        try:
            self._do(work)
        except BaseException:
            self._complete = None
            raise

    def take_orders(self) -> list[Order]:
        """What other processes want done; each is handed out once."""

        def work(connection: sqlite3.Connection) -> list[Order]:
            if connection.execute("SELECT 1 FROM orders").fetchone() is None:
                return []
            with _transaction(connection):
                orders = tables.orders(connection)
                connection.execute("DELETE FROM orders")
            return orders

        return self._do(work)

    def empty(self, take: Callable[[list[Slot], int, list[Order]], None]) -> None:
        """Give everything away.

        :param take: is given the slots, the highest id that was ever given, and what is to be done
            with the slots; all stays if it raises.
        """

        def work(connection: sqlite3.Connection) -> None:
            with _transaction(connection):
                orders = tables.orders(connection)
                take(*self._read(connection), orders)
                tables.empty(connection)

        if os.path.lexists(self.path):
            self._do(work)

    def order(self, verb: str, id: int, count: int | None = None) -> None:
        """Ask the process that owns the sessions to do something."""
        words = "INSERT INTO orders (verb, id, count) VALUES (?, ?, ?)"
        self._do(lambda connection: connection.execute(words, (verb, id, count)))

    def ask(self, now: datetime) -> None:
        """Tell the process that owns the sessions that this one is asked about them as well."""
        words, values = (
            "INSERT OR REPLACE INTO askers VALUES (?, ?)",
            (os.getpid(), microseconds(now)),
        )
        self._do(lambda connection: connection.execute(words, values))

    def asked_at(self) -> datetime | None:
        """When a process last told that; ``None`` if none has since this one owns them."""
        if not os.path.lexists(self.path):
            return None
        found = self._do(lambda connection: connection.execute("SELECT at FROM askers").fetchall())
        return max((moment(at) for (at,) in found if is_moment(at)), default=None)

    def forget_askers(self) -> None:
        """Begin anew with those."""
        self._do(lambda connection: connection.execute("DELETE FROM askers"))

    def set_aside(self) -> SetAside | None:
        """The last file of this name that could not be used, if its copy is still there."""
        return last_set_aside(self.path)

    def close(self) -> None:
        """Close it, and let another process be the owner."""
        self._drop()
        self.claim.release()

    def forget(self) -> None:
        """Leave file and lock to the parent of this process."""
        _PARENTS.append(self._connection)
        self._connection = self._complete = None
        self.claim.forget()
        self._using = Lock()

    def _read(self, connection: sqlite3.Connection) -> tuple[list[Slot], int]:
        slots, damaged = tables.slots(connection)
        if damaged:
            self._said.once("%d sessions in %s are damaged and are forgotten", damaged, self.path)
        else:
            self._complete = connection
        return slots, max([tables.last_id(connection), *(slot.id for slot in slots)])

    def _do(self, work: Callable[[sqlite3.Connection], T]) -> T:
        try:
            return self._try(work)
        except Damaged as damage:
            self._begin_anew(damage)
            return self._try(work)

    def _try(self, work: Callable[[sqlite3.Connection], T]) -> T:
        with self._using:
            try:
                if self._connection is None or identity(self.path) != self._identity:
                    self._drop()
                    make(self.path, self._like)
                    self._identity = identity(self.path)
                    self._connection = tables.connect(self.path)
                return work(self._connection)
            except (sqlite3.Error, OSError) as error:
                self._drop()
                raise unavailable(self.path, error) from error

    def _drop(self) -> None:
        with suppress(sqlite3.Error):
            if self._connection is not None:
                self._connection.close()
        self._connection = self._complete = None

    def _begin_anew(self, damage: Damaged) -> None:
        """Set the file aside, unless another process has to, or it was done a moment ago."""
        with self._using:
            clock = time.monotonic()
            if identity(self.path) != self._identity:
                # Somebody else has just done it.
                return
            if self._anew_at is not None and clock - self._anew_at < MINUTE:
                raise damage
            # Who has the sessions in its memory writes a new file as soon as this one is gone. But
            # what only we can't use may be fine for that one.
            had = self.claim.is_held or damage.is_everybodys
            if not had and not self.claim.all():
                raise damage
            try:
                copies = set_aside(parts(self.path))
                self._anew_at = clock
            except OSError as error:
                raise unavailable(self.path, error) from error
            finally:
                if not had:
                    self.claim.release()
        log.error("the file of the sessions, %s, can't be used (%s); it is kept as %s and begun "
                  "anew: viewers go on watching, and are counted anew",
                  self.path, damage.cause, copies[0] if copies else None)  # fmt: skip


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    with connection:
        connection.execute("BEGIN IMMEDIATE")
        yield


#: Kept, since to collect one would close the parent's file.
_PARENTS: list[Any] = []
