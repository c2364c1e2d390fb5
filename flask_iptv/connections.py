"""Connections of our own to the host's database, apart from its pool and its transactions."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from threading import Lock
from typing import TypeVar

import sqlalchemy as sa

from . import forks, listening, waiting
from .errors import Unavailable
from .hurried import PATIENCE
from .lent import Lent, came_too_late
from .outages import Broken, TooLate, cause_of, of_database, outage_of
from .phrases import Phrase
from .prepared import Prepared

T = TypeVar("T")

#: What is said to a new connection. Sessions are not worth a wait for the disk: a crash loses the
#: last moment's.
_OPENED = {
    "sqlite": ("PRAGMA mmap_size=268435456",),
    "postgresql": ("SET synchronous_commit TO off",),
}

#: How often work is begun that the database has undone, for the sake of others who waited for it.
_TRIES = 5

#: Seconds within which a commit that has begun is over.
COMMIT_TAKES = 0.1


class Connections:
    """As many connections as threads ask at once; idle ones wait for the next question.

    Opened by the host's engine, with whatever it does to a new one, but not counted in its pool.

    :param engine: gives the engine; called when the first question comes.
    """

    def __init__(self, engine: Callable[[], sa.Engine]) -> None:
        self._find_engine = engine
        self._engine: sa.Engine | None = None
        self._idle: deque[Lent] = deque()
        self._prepared: dict[Hashable, Prepared] = {}
        #: Another object whenever somebody else in this process has done with a connection.
        self.last_use: object = None
        self._commit_ends_at = 0.0
        self._writing = Lock()
        self._is_patient = False
        forks.forget_in_children(self)

    @property
    def engine(self) -> sa.Engine:
        """The engine that opens them.

        :raises Unavailable: if it can't be made.
        """
        if self._engine is None:
            try:
                self._engine = self._find_engine()
            except (sa.exc.SQLAlchemyError, OSError) as error:
                raise of_database(error) from error
            listening.listen(self._engine, "checkin", self._used)
            listening.listen(self._engine, "commit", self._committing)
        return self._engine

    def _used(self) -> None:
        self.last_use = object()

    def _committing(self) -> None:
        # Told before it happens, and a connection may be kept for long after.
        self._commit_ends_at = time.monotonic() + COMMIT_TAKES

    def commit_ended_before(self, now: float) -> bool:
        """Whether nothing of this process is being committed that nobody could know of yet.

        :param now: of :func:`time.monotonic`.
        """
        return now >= self._commit_ends_at

    @cached_property
    def tell_changes(self) -> bool:
        """Whether :meth:`Lent.version` can be asked."""
        return self.engine.dialect.name == "sqlite" and not self.are_shared

    @cached_property
    def are_shared(self) -> bool:
        """Whether it is a database in memory, which is gone with its one connection."""
        url = self.engine.url
        named = f"{url.database or ':memory:'} {url.query.get('mode')}"
        in_memory = ":memory:" in named or "mode=memory" in named or named.endswith(" memory")
        return in_memory and self.engine.dialect.name == "sqlite"

    def ask(self, work: Callable[[Lent], T]) -> T:
        """Work with a connection; a second time with a new one if it turns out to be broken.

        :param work: must leave no transaction open, unless it raises; begun anew if others undo it.
        :raises Unavailable: if the database does not answer or has not our tables.
        """
        for _ in range(_TRIES - 1):
            try:
                return self._ask_once(work)
            except TooLate:
                if not waiting.left(PATIENCE):
                    raise
        return self._ask_once(work)

    def _ask_once(self, work: Callable[[Lent], T]) -> T:
        try:
            lent = self._idle.pop()
        except IndexError:
            return self._ask(self._opened(), work)
        try:
            return self._ask(lent, work)
        except Broken:
            # The database was restarted meanwhile, so the other idle ones are broken too.
            self.close()
            return self._ask(self._opened(), work)

    def write(self, work: Callable[[Lent], T]) -> T:
        """The same as :meth:`ask`, for work that writes.

        SQLite has one writer at a time and lets the others look again and again, of whom one may
        never be lucky. So the threads of this process stand in line, and only processes compete.

        :raises Unavailable: as well if the line does not move.
        """
        if self.engine.dialect.name != "sqlite":
            return self.ask(work)
        if not self._writing.acquire(timeout=waiting.left(PATIENCE)):
            raise Unavailable(
                Phrase("the database"), Phrase("others have been writing all the time")
            )
        try:
            return self.ask(work)
        finally:
            self._writing.release()

    @contextmanager
    def transaction(self) -> Iterator[sa.Connection]:
        """A transaction on a connection of the host's pool, for work that nobody waits for.

        :raises Unavailable: if the database does not answer.
        """
        if self.are_shared:
            # Whatever is begun on the one connection would be part of the host's transaction.
            self.ask(_try_to_begin)
        try:
            with self.engine.begin() as connection:
                if self.engine.dialect.name in ("mysql", "mariadb"):
                    # They may refuse to change what others have changed since it began.
                    connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
                yield connection
        except sa.exc.SQLAlchemyError as error:
            outage = outage_of(error)
            if outage is None:
                raise
            raise outage from error

    def _ask(self, lent: Lent, work: Callable[[Lent], T]) -> T:
        dialect = lent.connection.dialect
        try:
            answer = work(lent)
        except (sa.exc.SQLAlchemyError, dialect.loaded_dbapi.Error) as error:
            self._discard(lent)
            cause = cause_of(error)
            broken = isinstance(cause, dialect.loaded_dbapi.Error) and dialect.is_disconnect(
                cause, None, lent.cursor.driver
            )
            kind = TooLate if came_too_late(cause) else Broken if broken else Unavailable
            if "Could not decode to UTF-8" in str(cause) and not self._is_patient:
                # Another program has written that; to decode texts by hand takes longer.
                self._is_patient, kind = True, TooLate
                self.close()
            raise of_database(error, kind) from error
        except BaseException:
            self._discard(lent)
            raise
        self._idle.append(lent)
        return answer

    def _opened(self) -> Lent:
        engine = self.engine
        try:
            connection = engine.connect()
        except (sa.exc.SQLAlchemyError, OSError) as error:
            raise of_database(error) from error
        if self.are_shared:
            return Lent(connection, self._prepared, is_shared=True)
        # The driver's own error as well: it is asked without SQLAlchemy around it.
        try:
            connection = connection.execution_options(isolation_level="AUTOCOMMIT")
            connection.detach()
            lent = Lent(connection, self._prepared)
            if self._is_patient:
                lent.decode_anything()
            for statement in _OPENED.get(connection.dialect.name, ()):
                lent.cursor.execute(statement)
        except (sa.exc.SQLAlchemyError, engine.dialect.loaded_dbapi.Error, OSError) as error:
            # A server that stops takes it away, and it must not go back to the host's pool.
            connection.invalidate()
            connection.close()
            raise of_database(error) from error
        return lent

    def _discard(self, lent: Lent) -> None:
        lent.undo()
        if self.are_shared:
            # To close it would be the end of the database.
            self._idle.append(lent)
        else:
            lent.close()

    def close(self) -> None:
        """Close those that are idle, except the one that is a database in memory."""
        if self._engine is None or self.are_shared:
            return
        with suppress(IndexError):
            while True:
                self._idle.pop().close()

    def leave(self) -> None:
        """Close them and ask for the engine anew when the next question comes."""
        self.close()
        self._engine, self._idle, self._prepared = None, deque(), {}
        for answer in ("are_shared", "tell_changes"):
            vars(self).pop(answer, None)

    def forget(self) -> None:
        """Leave those that are idle to the parent of this process."""
        _PARENTS.append(self._idle)
        self._idle = deque()
        self._writing = Lock()


def _try_to_begin(lent: Lent) -> None:
    lent.begin()
    lent.rollback()


#: Kept, since to collect one would close the parent's connection.
_PARENTS: list[object] = []
