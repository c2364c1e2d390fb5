"""Which session store an app uses, and where."""

from __future__ import annotations

from pathlib import Path

from ..connections import Connections
from .memory import MemoryStore, SessionFile
from .sql import SQLStore
from .store import Remember, Store

#: What is added to the name of an SQLite database.
SUFFIX = ".iptv-sessions"


def open_store(
    url: str | None, connections: Connections, folder: Path, remember: Remember
) -> Store:
    """Open the store that is configured, or the one that suits the database.

    That is ``memory:`` for SQLite, which is for one process, and ``sql:`` for all others.

    :param url: ``IPTV_SESSION_STORE``.
    :param folder: for the file of ``memory:`` if the database is no file.
    :raises ConfigError: if the driver of the store is not installed.
    """
    engine = connections.engine
    if url is None:
        url = "memory:" if engine.dialect.name == "sqlite" else "sql:"
    if url == "sql:" and not connections.are_shared:
        return SQLStore(connections, remember)
    if url in ("memory:", "sql:"):
        return MemoryStore(_file(connections, folder), remember)
    from .redis.redis_store import RedisStore

    return RedisStore(url, remember)


def check(url: str | None) -> None:
    """Refuse a store that can't be opened, before it is needed.

    :raises ConfigError: if its URL can't be used, or its driver is not installed.
    """
    if url not in (None, "memory:", "sql:"):
        from .redis.redis_store import RedisStore

        RedisStore(url or "", lambda ended: None).close()


def _file(connections: Connections, folder: Path) -> SessionFile | None:
    if connections.are_shared:
        return None
    engine = connections.engine
    if engine.dialect.name != "sqlite":
        folder.mkdir(parents=True, exist_ok=True)
        return SessionFile(folder / f"iptv{SUFFIX}")
    # Beside the database: whoever serves it must find the lock.
    name = str(engine.url.database).removeprefix("file:").partition("?")[0]
    database = Path(name).resolve()
    return SessionFile(database.with_name(database.name + SUFFIX), like=database)
