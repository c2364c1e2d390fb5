"""Valkey and PostgreSQL, started for the run with the parts that the tests use."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from . import provider, sites
from .figures import Unmeasured
from .machine import pinned

if TYPE_CHECKING:
    from .arena import Arena


class Missing(Unmeasured):
    """A part of the comparison is not installed; the message says which."""


@contextmanager
def valkey(arena: Arena) -> Iterator[str]:
    """Start Valkey; gives its URL.

    :raises Missing: it is not installed.
    """
    with _told_if_missing():
        from tests.real.valkey import Valkey

        server = Valkey(arena.folder / "valkey")
    # Children run where their parent does at that moment.
    with pinned(arena.cores.other):
        server.__enter__()
    try:
        yield server.url
    finally:
        server.stop()


@contextmanager
def postgresql(arena: Arena) -> Iterator[str]:
    """Start PostgreSQL with the provider in it; gives the URL of its database.

    :raises Missing: it is not installed.
    """
    with _told_if_missing():
        from tests.real.postgresql import postgresql_server
    starting = postgresql_server()
    with _told_if_missing(), pinned(arena.cores.other):
        server = starting.__enter__()
    try:
        url = server.create_database()
        arena.say(f"filling PostgreSQL with {arena.users:,} users")
        config = {"SQLALCHEMY_DATABASE_URI": url, "IPTV_SESSION_STORE": "sql:"}
        sites.made(arena.folder, config, partial(provider.fill, users=arena.users))
        yield url
    finally:
        starting.__exit__(None, None, None)


@contextmanager
def _told_if_missing() -> Iterator[None]:
    try:
        import pytest
    except ImportError as error:
        raise Missing(str(error)) from None
    try:
        yield
    except (ImportError, pytest.skip.Exception, pytest.fail.Exception) as error:
        raise Missing(str(error)) from None
