"""A cursor that lets the database wait for others no longer than its thread may."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import waiting

#: Seconds that one statement waits for others who write.
PATIENCE = 2
#: Seconds that are not worth a statement of their own.
_TOLERANCE = 0.1

#: How a database is told for how many seconds a statement waits from now on. Nought would be for
#: ever to PostgreSQL; MySQL and MariaDB know whole seconds only.
_TELL: dict[str, Callable[[float], str]] = {
    "sqlite": lambda seconds: f"PRAGMA busy_timeout={round(seconds * 1000)}",
    "postgresql": lambda seconds: f"SET lock_timeout TO '{max(1, round(seconds * 1000))}ms'",
    "mysql": lambda seconds: f"SET innodb_lock_wait_timeout = {max(1, int(seconds))}",
    "mariadb": lambda seconds: f"SET innodb_lock_wait_timeout = {max(1, int(seconds))}",
}


class HurriedCursor:
    """A driver's cursor whose statements wait for what is left of :data:`PATIENCE`.

    Each would wait for itself, so several in a row add up to more than a media server waits.

    :param driver: the driver's.
    :param dialect: the name of SQLAlchemy's; ``""`` if the connection is not ours alone.
    """

    def __init__(self, driver: Any, dialect: str) -> None:
        self.driver = driver
        self._tell = _TELL.get(dialect)
        self._told: float | None = None
        self.fetchall: Callable[[], Any] = driver.fetchall
        self.fetchone: Callable[[], Any] = driver.fetchone

    @property
    def rowcount(self) -> int:
        """How many rows the last statement changed."""
        count: int = self.driver.rowcount
        return count

    def execute(self, sql: str, parameters: Any = None) -> None:
        """Run a statement."""
        left = waiting.left(PATIENCE)
        told = self._told
        if told is None or abs(told - left) > _TOLERANCE:
            self._hurry(left)
        if parameters is None:
            self.driver.execute(sql)
        else:
            self.driver.execute(sql, parameters)

    def forget(self) -> None:
        """Take it that the database has forgotten what it was told, as after a rollback."""
        self._told = None

    def _hurry(self, seconds: float) -> None:
        if self._tell is not None:
            self.driver.execute(self._tell(seconds))
        self._told = seconds
