"""What is special about sessions in Redis: they lie in many parts, and many processes use them."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest

from flask_iptv.errors import Unavailable
from flask_iptv.sessions.redis.redis_store import RedisStore
from flask_iptv.sessions.store import Device, EndedSession, Ending, Event, Selection
from tests.real.valkey import Valkey
from tests.real.workers import working
from tests.sessions.redis.wishes import LEASE, START, later, wish

LIMIT = 3

# What one of several processes does: 16 threads that open at once, and the answers they got.
PROCESS = """
import json, sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from flask_iptv.errors import Unavailable
from flask_iptv.sessions.redis.redis_store import RedisStore
from tests.sessions.redis.wishes import START, wish

store = RedisStore(sys.stdin.readline().strip(), print)
barrier = Barrier(16)

def ask(number):
    barrier.wait()
    return store.admit(wish(7, f"device {number}", limit=3), now=START)

print("ready", flush=True)
sys.stdin.readline()
first = int(sys.argv[1])
with ThreadPoolExecutor(16) as pool:
    print(json.dumps(list(pool.map(ask, range(first, first + 16)))), flush=True)
store.close()
"""


def test_64_openings_at_once_from_4_processes_never_exceed_the_limit(
    store: RedisStore, valkey: Valkey
) -> None:
    with working(PROCESS, map(str, range(0, 64, 16))) as workers:
        workers.tell(valkey.url)
        assert workers.say() == ["ready"] * 4
        workers.tell("go")
        answers = [answer for line in workers.say() for answer in json.loads(line)]
    assert answers.count(None) == LIMIT
    assert answers.count("too_many_sessions") == 64 - LIMIT
    assert store.count(Selection(user_id=7), now=START) == LIMIT


def test_an_end_is_told_once_however_many_sweep(
    make_store: Callable[..., RedisStore], ended: list[EndedSession]
) -> None:
    stores = [make_store() for _ in range(4)]
    for number in range(500):
        stores[0].admit(wish(number, told=number), now=START)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda store: store.tick(later(LEASE)), stores))
    assert sorted(item.bytes or 0 for item in ended) == list(range(500))
    assert {item.ending for item in ended} == {Ending.SILENT}


def test_a_tick_lets_go_of_only_so_many(
    store: RedisStore, ended: list[EndedSession], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flask_iptv.sessions.redis.redis_store._SWEPT", 3)
    for number in range(10):
        store.admit(wish(agent=f"tv {number}"), now=START)
    told = []
    for _ in range(5):
        store.tick(later(LEASE))
        told.append(len(ended))
    assert told == [3, 6, 9, 10, 10]


def test_a_part_that_fails_does_not_lose_what_ended_elsewhere(
    store: RedisStore, valkey: Valkey, ended: list[EndedSession]
) -> None:
    for user_id in (1, 2, 3):
        store.admit(wish(user_id), now=START)
    valkey.execute("SET", "iptv:{2}:live", "not ours")
    with pytest.raises(Unavailable):
        store.tick(later(LEASE))
    assert sorted(item.user_id or 0 for item in ended) == [1, 3]


@pytest.mark.parametrize("agents", [("cut", "open"), ("open", "cut")])
def test_of_two_devices_with_one_session_the_one_that_may_watch_has_moved(
    store: RedisStore, agents: tuple[str, str]
) -> None:
    for agent in agents:
        store.admit(wish(agent=agent, session="1"), now=START)
    found = store.select(Selection(), limit=9, now=START)
    store.cut(found[agents.index("cut")].id, now=START)
    assert store.admit(wish(agent="moved", event=Event.UPDATE, session="1"), now=START) is None
    (left,) = store.select(Selection(), limit=9, now=START)
    assert left.user_agent == "moved"


def test_an_opening_sweeps_too(store: RedisStore, ended: list[EndedSession]) -> None:
    store.admit(wish(agent="gone"), now=START)
    store.admit(wish(agent="new"), now=later(LEASE))
    assert [item.user_agent for item in ended] == ["gone"]


def test_nothing_is_left_when_all_have_gone(store: RedisStore, valkey: Valkey) -> None:
    for user_id in (1, 2, None):
        store.admit(wish(user_id, session="a"), now=START)
        store.admit(wish(user_id, session="b", channel_id=2), now=START)
        store.admit(wish(user_id, session="c", channel_id=2), now=START)
    (first, second, _) = store.select(Selection(), limit=9, now=START)
    assert store.cut(first.id, now=START)
    store.end(Device(second.user_id, second.address, second.user_agent), now=START)
    assert all(valkey.execute("TTL", key) > 3600 for key in valkey.execute("KEYS", "*"))
    store.tick(later(LEASE))
    # Only the numbers of the last ids are kept, and for a week.
    left = valkey.execute("KEYS", "*")
    assert {key.rpartition(b":")[2] for key in left} == {b"last"}


def test_the_list_is_in_order_page_by_page(store: RedisStore) -> None:
    for number in range(40):
        # The first are all of one user, and so in one part.
        store.admit(wish(1, f"tv {number}", channel_id=number // 4 % 3), now=START)
    for number in range(40, 150):
        # Many have the same time.
        moment = START + timedelta(seconds=number * 7 % 10)
        store.admit(wish(number % 70 or None, f"tv {number}", channel_id=number % 3), now=moment)
    now = later(10)
    everything = store.select(Selection(), limit=1000, now=now)
    assert len(everything) == 150
    assert all(0 < item.id < 2**53 for item in everything)
    for sort in ("id", "opened_at"):
        in_order = sorted(everything, key=lambda item: (getattr(item, sort), item.id))
        for reverse in (False, True):
            for user_id, channel_id in ((None, None), (1, None), (None, 2), (1, 1)):
                expected = [
                    item
                    for item in (reversed(in_order) if reverse else in_order)
                    if user_id in (None, item.user_id) and channel_id in (None, item.channel_id)
                ]
                wanted = Selection(user_id, channel_id, sort, reverse)
                assert pages(store, wanted, now) == expected
                assert store.count(wanted, now=now) == len(expected)
    assert store.count_by_user([1, 65, 2000], now=now) == {1: 42, 65: 2, 2000: 0}


def pages(store: RedisStore, wanted: Selection, now: datetime) -> list[Any]:
    found: list[Any] = []
    while len(found) < 1000:
        after = (getattr(found[-1], wanted.sort), found[-1].id) if found else None
        page = store.select(
            Selection(wanted.user_id, wanted.channel_id, wanted.sort, wanted.reverse, after),
            limit=11,
            now=now,
        )
        found += page
        if len(page) < 11:
            break
    return found


def test_odd_texts_come_back_as_they_were(store: RedisStore) -> None:
    device = Device(1, "", "\udcff\0:+é ")
    odd = wish(session="s\0" + "1" * 16)
    odd = odd._replace(device=device)
    store.admit(odd, now=START)
    (found,) = store.select(Selection(), limit=2, now=START)
    assert (found.address, found.user_agent) == (device.address, device.user_agent)
    assert found.server_session == odd.server_session
    store.end(Device(1, None, None), "s", now=START)
    assert store.count(Selection(), now=START) == 1
    store.end(Device(1, None, None), odd.server_session, now=START)
    assert store.count(Selection(), now=START) == 0


def test_rows_that_the_server_threw_away_are_done_without(
    store: RedisStore, valkey: Valkey
) -> None:
    store.admit(wish(session="a"), now=START)
    valkey.execute("DEL", "iptv:{1}:rows")
    assert store.admit(wish(session="a", limit=1), now=START) is None
    assert store.select(Selection(user_id=1), limit=9, now=START)[0].server_session == "a"
    store.tick(later(LEASE))
    assert store.count(Selection(), now=START) == 0
