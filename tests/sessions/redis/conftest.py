"""Stores on the Valkey server of the test run."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from flask_iptv.sessions.redis.redis_store import RedisStore
from flask_iptv.sessions.store import EndedSession
from tests.real.valkey import Valkey


@pytest.fixture
def ended() -> list[EndedSession]:
    """What the stores have told the history."""
    return []


@pytest.fixture
def make_store(valkey: Valkey, ended: list[EndedSession]) -> Iterator[Callable[..., RedisStore]]:
    """Makes stores on the empty server of the tests, or on another."""
    valkey.execute("FLUSHALL")
    made: list[RedisStore] = []

    def make(url: str = valkey.url) -> RedisStore:
        made.append(RedisStore(url, ended.extend))
        return made[-1]

    yield make
    for store in made:
        store.close()


@pytest.fixture
def store(make_store: Callable[..., RedisStore]) -> RedisStore:
    """An empty store."""
    return make_store()
