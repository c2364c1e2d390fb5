"""Which session store an app uses, and where."""

from __future__ import annotations

from pathlib import Path

from ..connections import Connections
from .memory import MemoryStore, SessionFile
from .sql import SQLStore
from .sqlite_store import SQLiteStore
from .store import Remember, Store

#: What is added to the name of an SQLite database.
SUFFIX = ".iptv-sessions"


def open_store(
    url: str | None,
    connections: Connections,
    folder: Path,
    remember: Remember,
    *,
    is_alone: bool = False,
) -> Store:
    """Open the store that is configured, or the one that is right for any number of processes.

    That is the database; on SQLite it is the memory of the process if that is alone.

    :param url: ``IPTV_SESSION_STORE``.
    :param folder: for the file of ``memory:`` if the database is no file.
    :param is_alone: whether no other process serves the app.
    :raises ConfigError: if the driver of the store is not installed.
    """
    if url not in (None, "memory:", "sql:"):
        from .redis.redis_store import RedisStore

        return RedisStore(url or "", remember)
    if connections.are_shared:
        return MemoryStore(None, remember)
    table = SQLStore(connections, remember)
    if connections.engine.dialect.name == "sqlite":
        file = _beside(str(connections.engine.url.database))
        if url == "memory:":
            return MemoryStore(file, remember, table)
        return SQLiteStore(file, table, remember, is_alone=is_alone and url is None)
    if url == "memory:":
        folder.mkdir(parents=True, exist_ok=True)
        return MemoryStore(SessionFile(folder / f"iptv{SUFFIX}"), remember)
    return table


def check(url: str | None) -> None:
    """Refuse a store that can't be opened, before it is needed.

    :raises ConfigError: if its URL can't be used, or its driver is not installed.
    """
    if url not in (None, "memory:", "sql:"):
        from .redis.redis_store import RedisStore

        RedisStore(url or "", lambda ended: None).close()


def _beside(name: str) -> SessionFile:
    # Whoever serves the database must find the lock.
    database = Path(name.removeprefix("file:").partition("?")[0]).resolve()
    return SessionFile(database.with_name(database.name + SUFFIX), like=database)
