"""``python -m bench.scaling``: what many sessions cost, at a thousand, and at a million."""

from __future__ import annotations

import argparse
import logging
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from flask_iptv.sessions import Selection, Store, open_store

from . import databases, machine, provider, sites
from .arena import Arena
from .audience import ASKED, LEASE, START, Audience

#: Seconds between two questions of a proxy: segments of 6 s, and the playlist as often.
SEGMENT = 3
FIRST_ENDS = START + timedelta(seconds=LEASE)
#: Questions that are measured for one line, and seconds after which that is enough anyway.
QUESTIONS, ENOUGH = 30_000, 90.0
#: CPU microseconds of a question besides the store: HTTP, the token's look-up and the rules, as
#: ``python -m bench --only auth`` shows them here.
AROUND = 300.0
#: How much of a core may be busy before answers have to wait for each other.
BUSY = 0.7


@dataclass
class Place:
    """A store of one kind, with what it runs on.

    :param cpu: seconds that its server has used; 0 where it has none.
    :param megabytes: what it holds.
    :param empty: takes everything out again.
    """

    name: str
    config: dict[str, Any]
    cpu: Callable[[], float]
    megabytes: Callable[[], float]
    empty: Callable[[], Any]


@dataclass
class Evening:
    """What was measured while the audience watched, in seconds.

    :param now: what the clock shows in the end.
    """

    questions: int = 0
    wall: float = 0.0
    cpu: float = 0.0
    ticks: list[float] = field(default_factory=list)
    tick_cpu: float = 0.0
    now: datetime = START

    def watch(self, audience: Audience, store: Store, flush: Callable[[datetime], None]) -> None:
        """Let the clock run until enough was asked."""
        ends = time.monotonic() + ENOUGH
        # Until the first leases would have ended, since to renew them is a part of the work.
        while self.now < FIRST_ENDS or self.questions < QUESTIONS:
            work = audience.second(len(self.ticks))
            wall, cpu = time.perf_counter(), time.process_time()
            for ask in work:
                ask(store, self.now)
            self.wall += time.perf_counter() - wall
            self.cpu += time.process_time() - cpu
            self.questions += len(work)
            wall, cpu = time.perf_counter(), time.process_time()
            store.tick(self.now)
            flush(self.now)
            self.ticks.append(time.perf_counter() - wall)
            self.tick_cpu += time.process_time() - cpu
            if time.monotonic() > ends:
                break
            self.now += timedelta(seconds=1)


def measured(place: Place, sessions: int, arena: Arena) -> dict[str, str]:
    """One line of the table."""
    arena.say(f"{place.name} {sessions:,} sessions")
    folder = arena.folder / f"site-{sessions}"
    folder.mkdir()
    if "SQLALCHEMY_DATABASE_URI" not in place.config:
        sites.made(folder, place.config, partial(provider.fill, users=sessions))
    state = sites.iptv(folder, place.config).extensions["iptv"]
    recorder = state.services.recorder

    def opens() -> Store:
        # What ended is written once a second, as by a site that is asked, not at each question.
        url = place.config["IPTV_SESSION_STORE"]
        return open_store(url, state.connections, folder, recorder.remember)

    store = opens()
    audience, before = Audience(sessions), place.megabytes()
    for wish, now in audience.arrive():
        store.admit(wish, now=now)
    store.tick(START)
    held = place.megabytes() - before
    evening, server = Evening(), place.cpu()
    evening.watch(audience, store, recorder.flush)
    server, now = place.cpu() - server, evening.now
    page = _timed(lambda: store.select(Selection(sort="opened_at"), limit=100, now=now))
    if (watching := store.count(Selection(), now=now)) != sessions:
        raise SystemExit(f"{watching:,} of {sessions:,} sessions are open: no figure is right")
    store.close()
    store = opens()
    restart = _timed(lambda: store.admit(wish, now=now))
    store.close()
    state.close()
    place.empty()
    ticks, spent = evening.ticks, (evening.wall, evening.cpu, server)
    each, own, theirs = (1e6 * seconds / evening.questions for seconds in spent)
    tick = evening.tick_cpu / len(ticks)
    capacity = 1e6 * max(0.0, BUSY - tick) / (AROUND + own)
    return {
        "store": place.name,
        "sessions": f"{sessions:,}",
        "asked a second, Flussonic (proxy)": f"{sessions * ASKED:,.0f} ({sessions / SEGMENT:,.0f})",
        "µs a question": f"{each:.1f}",
        "CPU µs, site (store's server)": f"{own:.1f} ({theirs:.1f})",
        "questions/s a core": f"{1e6 / own:,.0f}",
        "MB": f"{held:,.0f}",
        "tick, CPU ms (worst, ms)": f"{1e3 * tick:.1f} ({1e3 * max(ticks):.0f})",
        "page of the list ms": f"{1e3 * page:.1f}",
        "restart s": f"{restart:.2f}",
        "viewers a process, Flussonic (proxy)":
            f"{capacity / ASKED:,.0f} ({capacity * SEGMENT:,.0f})",
    }  # fmt: skip


def _timed(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


@contextmanager
def opened(store: str, arena: Arena) -> Iterator[Place]:
    """Start what a store runs on, unless a URL says where it runs."""
    with ExitStack() as end:
        if store == "postgresql":
            yield _postgresql(end.enter_context(databases.postgresql(arena)))
        elif store == "valkey":
            yield _redis(end.enter_context(databases.valkey(arena)))
        elif "://" in store:
            yield _redis(store)
        else:
            yield Place(store, {"IPTV_SESSION_STORE": store}, float, _resident, list)


def _resident() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6


def _redis(url: str) -> Place:
    import redis

    client = redis.Redis.from_url(url)
    if client.dbsize():
        raise SystemExit(f"there is something in {url}, which would be deleted")

    def told(section: str, *names: str) -> float:
        answer: Any = client.info(section)
        return sum(float(answer[name]) for name in names)

    return Place(
        "redis:",
        {"IPTV_SESSION_STORE": url},
        lambda: told("cpu", "used_cpu_user", "used_cpu_sys"),
        lambda: told("memory", "used_memory") / 1e6,
        client.flushdb,
    )


def _postgresql(url: str) -> Place:
    import sqlalchemy as sa

    connection = sa.create_engine(url, isolation_level="AUTOCOMMIT").connect()

    def told(statement: str) -> Sequence[Any]:
        return connection.scalars(sa.text(statement)).all()

    return Place(
        "sql: on PostgreSQL",
        {"SQLALCHEMY_DATABASE_URI": url, "IPTV_SESSION_STORE": "sql:"},
        lambda: sum(
            machine.cpu_seconds(pid) or 0.0 for pid in told("SELECT pid FROM pg_stat_activity")
        ),
        lambda: told("SELECT pg_total_relation_size('iptv_sessions')")[0] / 1e6,
        lambda: told("DELETE FROM iptv_sessions RETURNING id"),
    )


def main() -> None:
    """Called by the terminal."""
    parser = argparse.ArgumentParser(prog="bench.scaling", description=__doc__)
    stores = "memory:, sql: (on SQLite), redis://… (an empty one), or valkey or postgresql, started"
    parser.add_argument("--store", default="memory:", help=stores)
    parser.add_argument("--sessions", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    given = parser.parse_args()
    # The measured sites answer anybody, which they would warn of.
    logging.getLogger("flask_iptv").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory(prefix="iptv-scaling-") as folder:
        arena = Arena(Path(folder), quick=False)
        arena.users = max(given.sessions)
        with opened(given.store, arena) as place, machine.pinned(arena.cores.server):
            lines = [measured(place, each, arena) for each in given.sessions]
    for cells in (lines[0], ["---"] * len(lines[0]), *(line.values() for line in lines)):
        print(f"| {' | '.join(cells)} |")
    print(f"\nload {machine.load()}, {machine.facts()['python']}")


if __name__ == "__main__":
    main()
