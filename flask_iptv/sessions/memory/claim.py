"""A lock on the sessions of an SQLite database: one process has them, or several share them."""

from __future__ import annotations

import logging
import os
import sqlite3
from pathlib import Path
from typing import Any

from .damage import set_aside, unavailable, unusable

log = logging.getLogger("flask_iptv")


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

    @property
    def is_held(self) -> bool:
        """Whether this process has all or a share."""
        return self._all is not None or self._share is not None

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
            self._clear()
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

    def _clear(self) -> None:
        """Be rid of whatever is in the lock's place or in the lock, which is empty for ever."""
        for copy in set_aside(unusable(self.path)):
            log.error("what was in the place of the lock %s is kept as %s", self.path, copy)
        if self.path.exists() and self.path.stat().st_size > 0:
            # Renamed, it would go on to be the lock of those who have it.
            os.truncate(self.path, 0)
            log.error("the lock %s had something in it, and was emptied", self.path)


#: Kept, since to collect one would let go of the parent's locks.
_PARENTS: list[Any] = []


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
