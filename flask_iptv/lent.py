"""A connection while one thread works with it."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from contextlib import suppress
from typing import Any

import sqlalchemy as sa

from .errors import Unavailable
from .hurried import HurriedCursor
from .phrases import Phrase
from .prepared import Prepared

_BEGIN = {
    "sqlite": ("BEGIN IMMEDIATE",),
    "postgresql": ("BEGIN ISOLATION LEVEL READ COMMITTED",),
    "mysql": ("SET TRANSACTION ISOLATION LEVEL READ COMMITTED", "BEGIN"),
    "mariadb": ("SET TRANSACTION ISOLATION LEVEL READ COMMITTED", "BEGIN"),
}


#: What drivers say of a transaction that others were in the way of, because two waited for each
#: other or one had seen what is gone: states of PostgreSQL's, numbers of MySQL's and MariaDB's.
_TOO_LATE = ("40P01", "40001", 1213, 1020)


def came_too_late(error: BaseException) -> bool:
    """Whether a database has refused work that will do when it is begun anew.

    :param error: the driver's own.
    """
    return any(code in _TOO_LATE for code in (getattr(error, "sqlstate", None), *error.args[:1]))


class Lent:
    """A connection while one thread works with it: every statement commits by itself.

    :param connection: of SQLAlchemy.
    :param prepared: the statements that were compiled for this database.
    :param is_shared: whether the host uses the same connection.
    """

    def __init__(
        self,
        connection: sa.Connection,
        prepared: dict[Hashable, Prepared],
        *,
        is_shared: bool = False,
    ) -> None:
        self.connection = connection
        cursor = connection.connection.cursor()
        self.cursor = HurriedCursor(cursor, "" if is_shared else connection.dialect.name)
        self._driver: Any = connection.connection.dbapi_connection
        self._begun = False
        self._prepared = prepared
        #: What :meth:`version` said when somebody last asked.
        self.seen_version: int | None = None

    def version(self) -> int:
        """A number that changes with every commit of another connection; on SQLite only."""
        self.cursor.execute("PRAGMA data_version")
        number: int = self.cursor.fetchone()[0]
        return number

    def decode_anything(self) -> None:
        """Read texts that are no UTF-8 as well; on SQLite only."""
        self._driver.text_factory = lambda text: text.decode("utf-8", "replace")

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
        if getattr(self._driver, "in_transaction", False):
            raise Unavailable(
                Phrase("the database"), Phrase("the site is in the middle of a transaction")
            )
        for statement in _BEGIN.get(self.connection.dialect.name, ("BEGIN",)):
            self.cursor.execute(statement)
        self._begun = True

    def commit(self) -> None:
        """End the transaction."""
        self.cursor.execute("COMMIT")
        self._begun = False

    def rollback(self) -> None:
        """Undo the transaction."""
        self.cursor.execute("ROLLBACK")
        self.cursor.forget()
        self._begun = False

    def undo(self) -> None:
        """Undo the transaction if there is one, whatever state the connection is in."""
        if self._begun:
            with suppress(self.connection.dialect.loaded_dbapi.Error):
                self.rollback()

    def close(self) -> None:
        """Close the connection."""
        with suppress(self.connection.dialect.loaded_dbapi.Error):
            self._driver.close()
        self.connection.invalidate()
        self.connection.close()

    @property
    def integrity_error(self) -> type[Exception]:
        """What the driver raises when a row is there already, or one that it needs is not."""
        error: type[Exception] = self.connection.dialect.loaded_dbapi.IntegrityError
        return error
