"""A lock on the sessions of an SQLite database: one process has them, or several share them."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Any

from ...errors import Unavailable
from ...phrases import Phrase


class Claim:
    """What a process has of the sessions: all, a share, or nothing.

    SQLite locks files on every system, and the lock ends with the process.

    :param path: of the file that is locked; it is made when it is needed.
    :param like: the database, whose owner and mode the file gets: a command may be run by another
        account than the site.
    """

    def __init__(self, path: Path, like: Path | None = None) -> None:
        self.path = path
        self._like = like
        self._all: sqlite3.Connection | None = None
        self._share: sqlite3.Connection | None = None

    def all(self, patience: float = 0) -> bool:
        """Have the sessions alone; whether that is so now.

        :param patience: seconds to wait for those who have a share.
        :raises Unavailable: if the file can't be made or locked.
        """
        if self._all is None:
            self._all = self._locked("BEGIN EXCLUSIVE", patience)
        return self._all is not None

    def share(self, patience: float = 0) -> bool:
        """Have a share, so that nobody has them alone; whether that is so now.

        :param patience: seconds to wait for the one that has them.
        :raises Unavailable: if the file can't be made or locked.
        """
        if self._share is None:
            # The lock of a reader, which lasts as long as the transaction.
            self._share = self._locked("BEGIN; SELECT * FROM sqlite_master", patience)
        return self._share is not None

    def release(self) -> None:
        """Have nothing."""
        for connection in (self._all, self._share):
            if connection is not None:
                connection.close()
        self._all = self._share = None

    def forget(self) -> None:
        """Leave the lock to the parent of this process."""
        _PARENTS.extend([self._all, self._share])
        self._all = self._share = None

    def _locked(self, statements: str, patience: float) -> sqlite3.Connection | None:
        connection = None
        try:
            make(self.path, self._like)
            connection = sqlite3.connect(
                self.path, timeout=patience, check_same_thread=False, isolation_level=None
            )
            for statement in statements.split(";"):
                connection.execute(statement).fetchall()
        except (sqlite3.Error, OSError) as error:
            if connection is not None:
                connection.close()
                if "locked" in str(error):
                    return None
            raise unavailable(self.path, error) from error
        return connection


#: Kept, since to collect one would let go of the parent's locks.
_PARENTS: list[Any] = []


def unavailable(path: Path, error: Exception) -> Unavailable:
    """What is said when a file of the sessions can't be used."""
    return Unavailable(Phrase("the file of the sessions, %(path)s,", path=path), str(error))


def make(path: Path, like: Path | None) -> None:
    """Make an empty file that whoever may use another one may use, unless it is there."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        return
    if like is not None and like.exists():
        status = like.stat()
        path.chmod(status.st_mode & 0o666)
        if hasattr(os, "chown") and os.geteuid() == 0:
            os.chown(path, status.st_uid, status.st_gid)
