"""A MariaDB server in a temporary folder, with a fresh database for whoever asks."""

from __future__ import annotations

import itertools
import os
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import sqlalchemy as sa

from tests.real import imported, missing
from tests.real.debian import Debian
from tests.real.program import Program

PART = "MariaDB"

SETTINGS = (
    "--skip-networking",
    "--skip-name-resolve",
    "--skip-log-bin",
    "--innodb-buffer-pool-size=32M",
    "--innodb-log-file-size=4M",
    "--innodb-flush-log-at-trx-commit=0",
    "--loose-innodb-doublewrite=0",
    "--loose-innodb-file-per-table=0",
    "--loose-debug-no-sync",
    "--max-connections=200",
    # What Debian's own configuration has; the program's default has no place for an emoji.
    "--character-set-server=utf8mb4",
    "--collation-server=utf8mb4_general_ci",
)
"""No TCP: the socket lies in a folder nobody else may enter, which is all the password there is.

Durability is off, because the data lives no longer than the test run.
"""

SYSTEM_TABLES = ("*_system_tables.sql", "*_system_tables_data.sql")
"""What mariadb-install-db runs, without help texts and schemas that nothing here looks at.

Their names begin with ``mysql`` or, in newer versions, with ``mariadb``.
"""


class MariaDB:
    """A running server; made by :func:`mariadb_server`.

    :param socket: its Unix socket.
    """

    def __init__(self, socket: Path) -> None:
        imported("pymysql", PART)
        self.socket = socket
        self._numbers = itertools.count(1)
        self._engine = sa.create_engine(self.url(""), poolclass=sa.NullPool)

    def url(self, database: str) -> str:
        """Give the SQLAlchemy URL of a database.

        :param database: its name.
        """
        return f"mysql+pymysql://root@/{database}?unix_socket={quote(str(self.socket), safe='')}"

    def create_database(self) -> str:
        """Make an empty database and give its URL."""
        name = f"test_{next(self._numbers)}"
        self._execute(f"CREATE DATABASE {name}")
        return self.url(name)

    def drop_database(self, url: str) -> None:
        """Drop a database, whoever is still connected to it.

        :param url: what :meth:`create_database` gave.
        """
        self.disconnect(url)
        self._execute(f"DROP DATABASE {sa.make_url(url).database}")

    def empty_tables(self, url: str, *, but: str) -> None:
        """Take everything out of a database but its tables, whoever is still connected to it.

        :param but: a table that is left alone.
        """
        name = sa.make_url(url).database
        self.disconnect(url)
        with self._engine.connect() as connection:
            connection.exec_driver_sql("SET foreign_key_checks = 0")
            for table in sa.inspect(connection).get_table_names(name):
                if table != but:
                    connection.exec_driver_sql(f"TRUNCATE {name}.{table}")

    def disconnect(self, url: str) -> None:
        """Close all connections to a database, as a restart of the server does.

        :param url: what :meth:`create_database` gave.
        """
        ids = f"FROM information_schema.processlist WHERE db = '{sa.make_url(url).database}'"
        with self._engine.connect() as connection:
            for id in connection.exec_driver_sql(f"SELECT id {ids}").scalars().all():
                # It may have gone by itself.
                with suppress(sa.exc.OperationalError):
                    connection.exec_driver_sql(f"KILL CONNECTION {id}")

    def answers(self) -> bool:
        """Say whether the server takes connections."""
        # The driver leaves the socket of a connection that is refused to the garbage collector.
        with socket.socket(socket.AF_UNIX) as client:
            return client.connect_ex(str(self.socket)) == 0

    def _execute(self, statement: str) -> None:
        with self._engine.connect() as connection:
            connection.exec_driver_sql(statement)


@contextmanager
def mariadb_server() -> Iterator[MariaDB]:
    """Start MariaDB on a Unix socket in a temporary folder, and stop it at the end."""
    debian = Debian(PART, "mariadb-server-core")
    program = debian.file("usr/sbin/mariadbd")
    with tempfile.TemporaryDirectory(prefix="mariadb-") as made:
        folder = Path(made)
        server = MariaDB(folder / "socket")
        data = folder / "data"
        data.mkdir()
        command = [
            str(program),
            "--no-defaults",
            f"--basedir={program.parent.parent}",
            f"--datadir={data}",
            f"--tmpdir={folder}",
            *SETTINGS,
            # It refuses to be root's unless that is said. Others could not read what is unpacked.
            *(["--user=root"] if os.geteuid() == 0 else []),
        ]
        environment = debian.environment() | {"TZ": "UTC", "HOME": made}
        _initialise(command, debian.file("usr/share/mysql"), environment)
        with Program(
            [*command, f"--socket={server.socket}", f"--pid-file={folder / 'pid'}"],
            log=folder / "mariadb.log",
            folder=folder,
            ready=server.answers,
            environment=environment,
        ):
            yield server


def _initialise(command: list[str], scripts: Path, environment: dict[str, str]) -> None:
    before = "CREATE DATABASE mysql;\nUSE mysql;\nSET @auth_root_socket=NULL;\n"
    found = [next(iter(scripts.glob(name)), None) for name in SYSTEM_TABLES]
    if None in found:
        missing(PART, f"there are not both of {SYSTEM_TABLES} in {scripts}")
    done = subprocess.run(
        [*command, "--bootstrap"],
        check=False,
        env=environment,
        input=before + "".join(script.read_text() for script in found if script),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode != 0:
        missing(PART, f"it can't make its own tables, status {done.returncode}:\n{done.stdout}")
