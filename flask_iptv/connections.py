"""Connections of our own to the host's database, apart from its pool and its transactions."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable
from functools import cached_property
from typing import Any, TypeVar

import sqlalchemy as sa

from . import forks
from .errors import Unavailable
from .prepared import Prepared

T = TypeVar("T")

#: Milliseconds that SQLite waits for another writer; media servers wait 3 s for an answer.
SQLITE_WAIT = 2000

_BEGIN = {
    "sqlite": ("BEGIN IMMEDIATE",),
    "postgresql": ("BEGIN ISOLATION LEVEL READ COMMITTED",),
    "mysql": ("SET TRANSACTION ISOLATION LEVEL READ COMMITTED", "BEGIN"),
    "mariadb": ("SET TRANSACTION ISOLATION LEVEL READ COMMITTED", "BEGIN"),
}


class Lent:
    """A connection while one thread works with it: every statement commits by itself.

    :param connection: of SQLAlchemy.
    :param prepared: the statements that were compiled for this database.
    """

    def __init__(self, connection: sa.Connection, prepared: dict[Hashable, Prepared]) -> None:
        self.connection = connection
        self.cursor: Any = connection.connection.cursor()
        self._prepared = prepared
        #: What :meth:`version` said when somebody last asked.
        self.seen_version: int | None = None

    def version(self) -> int:
        """A number that changes with every commit of another connection; on SQLite only."""
        self.cursor.execute("PRAGMA data_version")
        number: int = self.cursor.fetchone()[0]
        return number

    def prepared(self, key: Hashable, make: Callable[[], Any]) -> Prepared:
        """The statement of this name, compiled at its first use.

        :param key: names it among all statements that are run on these connections.
        :param make: makes it, with SQLAlchemy Core.
        """
        found = self._prepared.get(key)
        if found is None:
            found = self._prepared[key] = Prepared(make(), self.connection.dialect)
        return found

    def begin(self) -> None:
        """Begin a transaction, on SQLite with its write lock; :meth:`commit` ends it.

        Each of its statements sees what others have committed by then.
        """
        for statement in _BEGIN.get(self.connection.dialect.name, ("BEGIN",)):
            self.cursor.execute(statement)

    def commit(self) -> None:
        """End the transaction."""
        self.cursor.execute("COMMIT")

    def rollback(self) -> None:
        """Undo the transaction."""
        self.cursor.execute("ROLLBACK")

    @property
    def integrity_error(self) -> type[Exception]:
        """What the driver raises when a row is there already, or one that it needs is not."""
        error: type[Exception] = self.connection.dialect.loaded_dbapi.IntegrityError
        return error


class Connections:
    """As many connections as threads ask at once; idle ones wait for the next question.

    They were opened by the host's engine, so whatever it does to a new connection was done, but
    don't count in its pool.

    :param engine: gives the engine; called when the first question comes.
    """

    def __init__(self, engine: Callable[[], sa.Engine]) -> None:
        self._find_engine = engine
        self._engine: sa.Engine | None = None
        self._idle: deque[Lent] = deque()
        self._prepared: dict[Hashable, Prepared] = {}
        forks.forget_in_children(self)

    @property
    def engine(self) -> sa.Engine:
        """The engine that opens them."""
        if self._engine is None:
            self._engine = self._find_engine()
        return self._engine

    @cached_property
    def tell_changes(self) -> bool:
        """Whether :meth:`Lent.version` can be asked."""
        return self.engine.dialect.name == "sqlite" and not self.are_shared

    @cached_property
    def are_shared(self) -> bool:
        """Whether it is a database in memory, which is gone with its one connection."""
        database = self.engine.url.database or ":memory:"
        in_memory = ":memory:" in database or "mode=memory" in database
        return in_memory and self.engine.dialect.name == "sqlite"

    def ask(self, work: Callable[[Lent], T]) -> T:
        """Work with a connection; a second time with a new one if it turns out to be broken.

        :param work: must leave no transaction open, unless it raises.
        :raises Unavailable: if the database does not answer or has not our tables.
        """
        try:
            lent = self._idle.pop()
        except IndexError:
            return self._ask_anew(work)
        errors = self.engine.dialect.loaded_dbapi.Error
        try:
            answer = work(lent)
        except errors as error:
            broken = self.engine.dialect.is_disconnect(error, None, lent.cursor)
            _discard(lent)
            if not broken:
                raise _unavailable(error) from error
            # The database was restarted meanwhile, so the other idle ones are broken too.
            self.close()
            return self._ask_anew(work)
        except BaseException:
            _discard(lent)
            raise
        self._idle.append(lent)
        return answer

    def _ask_anew(self, work: Callable[[Lent], T]) -> T:
        lent = None
        try:
            lent = self._open()
            answer = work(lent)
        except (sa.exc.SQLAlchemyError, self.engine.dialect.loaded_dbapi.Error, OSError) as error:
            if lent is not None:
                _discard(lent)
            raise _unavailable(error) from error
        except BaseException:
            if lent is not None:
                _discard(lent)
            raise
        if self.are_shared:
            lent.connection.close()
        else:
            self._idle.append(lent)
        return answer

    def _open(self) -> Lent:
        connection = self.engine.connect()
        if self.are_shared:
            return Lent(connection, self._prepared)
        connection = connection.execution_options(isolation_level="AUTOCOMMIT")
        connection.detach()
        lent = Lent(connection, self._prepared)
        name = connection.dialect.name
        if name == "sqlite":
            lent.cursor.execute(f"PRAGMA busy_timeout={SQLITE_WAIT}")
        elif name == "postgresql":
            # Sessions are not worth a wait for the disk: a crash loses those of its last moment.
            lent.cursor.execute("SET synchronous_commit TO off")
        return lent

    def close(self) -> None:
        """Close those that are idle."""
        while self._idle:
            _discard(self._idle.pop())

    def forget(self) -> None:
        """Leave those that are idle to the parent of this process."""
        _PARENTS.append(self._idle)
        self._idle = deque()


def _discard(lent: Lent) -> None:
    driver: Any = lent.connection.connection.dbapi_connection
    try:
        # Whatever was begun is undone with it.
        driver.close()
    except lent.connection.dialect.loaded_dbapi.Error:
        pass
    finally:
        lent.connection.invalidate()
        lent.connection.close()


def _unavailable(error: BaseException) -> Unavailable:
    # The whole error would show the statement with its values, tokens among them.
    cause = str(getattr(error, "orig", None) or error) or type(error).__name__
    cause = cause.splitlines()[0]
    if "no such" in cause or "not exist" in cause or "doesn't exist" in cause:
        cause += "; run: flask iptv upgrade"
    return Unavailable("the database", cause)


#: Kept, since to collect one would close the parent's connection.
_PARENTS: list[object] = []
