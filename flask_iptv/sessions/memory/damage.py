"""Files of the sessions that can't be used, which are kept under another name and begun anew."""

from __future__ import annotations

import logging
import os
import sqlite3
import stat
import time
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timezone
from pathlib import Path

from ...errors import Unavailable
from ...phrases import Phrase
from ..store import SetAside

log = logging.getLogger("flask_iptv")

#: What SQLite adds to the name of a file for those that it keeps beside it.
PARTS = ("", "-wal", "-shm", "-journal")
#: What is added to a name, in this order: a file replaces the last one, which a folder is not.
_NAMES = (".damaged", ".damaged-2", ".damaged-3")
#: What SQLite says while a file is sound.
_SOUND = ("locked", "busy", "is full", "interrupted", "out of memory", "unable to open")

#: What it says of a file that nobody can read.
_RUINED = ("not a database", "malformed")


class Damaged(Unavailable):
    """A file of the sessions can't be used, and will not be until it is begun anew."""

    @property
    def is_everybodys(self) -> bool:
        """Whether no process can use it, of whatever account and version."""
        return any(words in self.cause for words in _RUINED)


def unavailable(path: Path, error: Exception) -> Unavailable:
    """What is raised when a file of the sessions can't be used."""
    kind = Damaged if _is_damage(path, error) else Unavailable
    return kind(Phrase("the file of the sessions, %(path)s,", path=path), str(error))


def identity(path: Path) -> tuple[int, int] | None:
    """Tells a file from another one of the same name; ``None`` if there is none."""
    try:
        status = path.lstat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def unusable(path: Path) -> list[Path]:
    """What is in the place of a file and of those that SQLite keeps beside it, but is of no use."""
    return [part for part in parts(path) if os.path.lexists(part) and not _is_usable(part)]


def parts(path: Path) -> list[Path]:
    """A file, and those that SQLite keeps beside it."""
    return [path.with_name(path.name + part) for part in PARTS]


def set_aside(paths: Iterable[Path]) -> list[Path]:
    """Rename what is there of these, so that they can be begun anew; there are never many copies.

    :returns: the new names.
    :raises OSError: if that is not possible.
    """
    return [_rename(path) for path in paths if os.path.lexists(path)]


def last_set_aside(path: Path) -> SetAside | None:
    """Which copy of a file was made last, and when."""
    found = []
    for name in _NAMES:
        with suppress(OSError):
            copy = path.with_name(path.name + name)
            # To be renamed changes the second of these; where it does not, the first was set.
            status = copy.lstat()
            found.append((max(status.st_mtime, status.st_ctime), copy))
    if not found:
        return None
    at, copy = max(found)
    return SetAside(copy, datetime.fromtimestamp(at, timezone.utc))


def _is_damage(path: Path, error: Exception) -> bool:
    if unusable(path):
        return True
    return isinstance(error, sqlite3.Error) and not any(words in str(error) for words in _SOUND)


def _is_usable(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.stat().st_mode) and os.access(path, os.R_OK | os.W_OK)
    except OSError:
        return False


def _rename(path: Path) -> Path:
    for name in _NAMES:
        copy = path.with_name(path.name + name)
        try:
            path.replace(copy)
        except (IsADirectoryError, NotADirectoryError, FileExistsError):
            continue
        except OSError:
            # A folder that is not empty is in the way.
            if not copy.is_dir() or name == _NAMES[-1]:
                raise
            continue
        with suppress(OSError):
            os.utime(copy, (time.time(), time.time()))
        return copy
    raise FileExistsError(f"there are copies of {path} already; delete {path}{_NAMES[0]}")
