"""Whatever happens in whatever order, every store says the same as the one in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import astuple, dataclass, field, replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from flask_iptv.connections import Connections
from flask_iptv.migrations import upgrade
from flask_iptv.models import Channel, Session, User
from flask_iptv.sessions.memory import MemoryStore
from flask_iptv.sessions.redis.redis_store import RedisStore
from flask_iptv.sessions.sql import SQLStore
from flask_iptv.sessions.store import (
    Admission,
    Device,
    EndedSession,
    Event,
    OpenSession,
    Remember,
    Selection,
    Store,
)

START = datetime(2026, 1, 1, tzinfo=timezone.utc)
LEASE = 210
GRACE = 30

USER = {"allowed_networks": [], "enabled": True, "by_packages": False}

MakeStore = Callable[[Remember], Store]

USERS = st.sampled_from([1, 65])
DEVICES = st.builds(
    lambda user_id, address, agent: Device(user_id, address, agent, None if user_id else "link"),
    st.sampled_from([1, 1, 1, 65, None]),
    st.sampled_from(["192.0.2.1", "198.51.100.7", None]),
    st.sampled_from(["tv", "phone"]),
)
SESSIONS = st.sampled_from(["a", "b", "c", None])
BYTES = st.none() | st.integers(0, 5000)

WISHES = st.builds(
    Admission,
    device=DEVICES,
    channel_id=st.sampled_from([1, 1, 2]),
    event=st.sampled_from([Event.OPEN, Event.OPEN, Event.UPDATE]),
    server_session=SESSIONS,
    protocol=st.sampled_from(["hls", None]),
    max_sessions=st.sampled_from([1, 2, None]),
    replace=st.booleans(),
    lease=st.just(LEASE),
    grace=st.just(GRACE),
    bytes=BYTES,
)
STEPS = st.one_of(
    st.tuples(st.just("admit"), WISHES),
    st.tuples(st.just("admit"), WISHES),
    st.tuples(st.just("admit"), WISHES),
    st.tuples(st.just("end"), DEVICES, SESSIONS, BYTES),
    st.tuples(st.just("end_all"), USERS),
    st.tuples(st.just("keep_oldest"), USERS, st.integers(0, 2)),
    st.tuples(st.just("cut"), st.integers(0, 3)),
    st.tuples(st.just("tick")),
    st.tuples(st.just("wait"), st.sampled_from([1, GRACE, LEASE - 1, LEASE])),
)


@dataclass
class Site:
    """A store, and what it was told and says."""

    make: MakeStore
    store: Store = field(init=False)
    ended: list[EndedSession] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.store = self.make(self.ended.extend)

    def do(self, step: tuple[Any, ...], now: datetime) -> Any:
        match step:
            case "admit", wish:
                return self.store.admit(wish, now=now)
            case "end", device, session, told:
                self.store.end(device, session, now=now, bytes=told)
            case "end_all", user_id:
                self.store.end_all(user_id, now=now)
            case "keep_oldest", user_id, count:
                self.store.keep_oldest(user_id, count, now=now)
            case "cut", number:
                found = self.open(now)
                return number < len(found) and self.store.cut(found[number].id, now=now)
            case ("tick",):
                self.store.tick(now)
        return None

    def open(self, now: datetime) -> list[OpenSession]:
        found = self.store.select(Selection(sort="opened_at"), limit=99, now=now)
        assert [self.store.get(item.id, now=now) for item in found] == found
        # Each store has ids of its own.
        return sorted(found, key=lambda item: repr(replace(item, id=0)))

    def shown(self, now: datetime) -> list[OpenSession]:
        return [replace(item, id=0) for item in self.open(now)]

    def counts(self, now: datetime) -> list[Any]:
        wanted = [Selection(), Selection(user_id=1), Selection(channel_id=2), Selection(65, 1)]
        counts = [self.store.count(one, now=now) for one in wanted]
        by_user = self.store.count_by_user([1, 65], now=now)
        audience = self.store.audience(now=now)
        return [*counts, by_user.get(1, 0), by_user.get(65, 0), audience, audience.sessions]


@pytest.fixture(scope="module", params=["valkey", "sqlite", "postgresql"])
def make_store(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[MakeStore]:
    """Makes empty stores of each kind."""
    if request.param == "valkey":
        valkey = request.getfixturevalue("valkey")

        def make(remember: Remember) -> Store:
            valkey.execute("FLUSHALL")
            return RedisStore(valkey.url, remember)

        yield make
        return
    server = request.getfixturevalue("postgresql") if request.param == "postgresql" else None
    url = server.create_database() if server else f"sqlite:///{tmp_path_factory.mktemp('sql')}/x"
    engine = sa.create_engine(url)
    connections = Connections(lambda: engine)
    with engine.begin() as connection:
        upgrade(connection)
        people = [USER | {"id": id, "name": f"user {id}", "key": f"key {id}"} for id in (1, 65)]
        connection.execute(sa.insert(User), people)
        names = [{"id": 1, "name": "one", "title": ""}, {"id": 2, "name": "two", "title": ""}]
        connection.execute(sa.insert(Channel), names)

    def make_sql(remember: Remember) -> Store:
        with engine.begin() as connection:
            connection.execute(sa.delete(Session))
        return SQLStore(connections, remember)

    yield make_sql
    connections.close()
    engine.dispose()
    if server:
        server.drop_database(url)


@given(steps=st.lists(STEPS, max_size=30))
def test_every_store_says_the_same(make_store: MakeStore, steps: list[tuple[Any, ...]]) -> None:
    sites = [Site(lambda remember: MemoryStore(None, remember)), Site(make_store)]
    now = START
    try:
        for step in steps:
            if step[0] == "wait":
                now += timedelta(seconds=step[1])
            expected, answer = (site.do(step, now) for site in sites)
            assert answer == expected, step
            expected, answer = (site.shown(now) for site in sites)
            assert answer == expected, step
            expected, answer = (site.counts(now) for site in sites)
            assert answer == expected, step
        for site in sites:
            for seconds in (LEASE, LEASE + 60):
                site.store.tick(now + timedelta(seconds=seconds))
        expected, answer = (sorted(map(astuple, site.ended), key=repr) for site in sites)
        assert answer == expected
    finally:
        for site in sites:
            site.store.close()
