"""Our own Alembic history, beside and never inside the host's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from ..errors import SchemaError
from ..models import Base
from ..phrases import Phrase
from .drift import drift
from .neighbours import PREFIX, leave_iptv_tables_alone

__all__ = [
    "NEWER",
    "OLDER",
    "drift",
    "is_current",
    "is_newer",
    "leave_iptv_tables_alone",
    "upgrade",
]

OLDER = Phrase("the IPTV tables are missing or out of date; run: flask iptv upgrade")
NEWER = Phrase(
    "the IPTV tables are of a newer version of Flask-IPTV than the one that runs here: install "
    "that version again, or go back to a backup of the time before it"
)

VERSION_TABLE = "iptv_alembic_version"

_upgrading = Lock()
#: "iptv" in ASCII: a number that no other program should choose.
_POSTGRESQL_LOCK = 0x69707476
#: Locks of MySQL and MariaDB are the whole server's, so the name says of which database.
_MYSQL_LOCK = sa.func.concat("iptv upgrade ", sa.func.md5(sa.func.database()))
#: Seconds to wait for another process on MySQL and MariaDB, which want a number.
_MYSQL_PATIENCE = 600


def upgrade(connection: sa.Connection) -> None:
    """Bring the tables up to the newest version, inside the connection's transaction.

    On MySQL and MariaDB it is committed, which they do at each change of a table anyway.

    :raises SchemaError: if another process takes too long with it, or the tables are newer.
    """
    # Alembic keeps what it works on in globals of the process.
    with _upgrading, _before_other_processes(connection):
        # Only now: on MariaDB whoever has read before sees nothing of what is written meanwhile.
        if is_newer(connection):
            raise SchemaError(NEWER)
        if _is_empty(connection):
            _create(connection)
        else:
            command.upgrade(_config(connection), "head")


def is_current(connection: sa.Connection) -> bool:
    """Tell whether the tables are of the newest version."""
    return _context(connection).get_current_heads() == (_history().get_current_head(),)


def is_newer(connection: sa.Connection) -> bool:
    """Tell whether the tables are of a version that is not known here."""
    known = {script.revision for script in _history().walk_revisions()}
    return not known.issuperset(_context(connection).get_current_heads())


def _is_empty(connection: sa.Connection) -> bool:
    inspector = sa.inspect(connection)
    ours = {table.name for table in _tables()}
    return not inspector.has_table(VERSION_TABLE) and ours.isdisjoint(inspector.get_table_names())


def _create(connection: sa.Connection) -> None:
    # The same as all revisions one after the other, sooner: each test of a host may begin with it.
    Base.metadata.create_all(connection, tables=_tables(), checkfirst=False)
    _context(connection).stamp(_history(), "head")


def _tables() -> list[sa.Table]:
    # A host may have models of its own on our base.
    return [table for table in Base.metadata.tables.values() if table.name.startswith(PREFIX)]


@contextmanager
def _before_other_processes(connection: sa.Connection) -> Iterator[None]:
    # Two that start at once must not both create the tables.
    driver: Any = connection.connection.dbapi_connection
    if connection.dialect.name in ("mysql", "mariadb"):
        with _mysql_lock(connection):
            yield
        return
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_POSTGRESQL_LOCK)))
    elif connection.dialect.name == "sqlite" and not driver.in_transaction:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    yield


@contextmanager
def _mysql_lock(connection: sa.Connection) -> Iterator[None]:
    # A transaction could hold nobody off: it ends at the first table that is created.
    if not connection.scalar(sa.select(sa.func.get_lock(_MYSQL_LOCK, _MYSQL_PATIENCE))):
        raise SchemaError(
            "another process has been upgrading the IPTV tables all the time; try again later"
        )
    try:
        yield
        # Whoever comes next must see the version that was written last.
        connection.exec_driver_sql("COMMIT")
    finally:
        # If the connection is lost, so is the lock.
        with suppress(sa.exc.DBAPIError):
            connection.execute(sa.select(sa.func.release_lock(_MYSQL_LOCK)))


def _context(connection: sa.Connection) -> MigrationContext:
    return MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})


def _config(connection: sa.Connection) -> Config:
    config = _files()
    config.attributes["connection"] = connection
    return config


@cache
def _history() -> ScriptDirectory:
    return ScriptDirectory.from_config(_files())


def _files() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
