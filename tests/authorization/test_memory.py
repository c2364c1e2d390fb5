"""However many viewers, tokens, addresses and sessions come by: an app does not grow with time."""

from __future__ import annotations

import copy
import functools
import importlib
import inspect
import itertools
import pkgutil
import types
from collections import deque
from collections.abc import Callable, Collection, Iterator
from datetime import datetime, timedelta, timezone

import pytest
from flask import Flask

import flask_iptv.mediaservers.endpoint
import flask_iptv.state
from flask_iptv import database
from flask_iptv.authorization import Play
from flask_iptv.authorization.facts import ChannelFacts, Facts, UserFacts
from flask_iptv.authorization.running import Running
from flask_iptv.mediaservers.question import Question
from flask_iptv.models import utcnow
from flask_iptv.recent import Recent
from tests.conftest import furnish

FACTS = Facts(
    UserFacts(7, "eve", "eves-token", None, True, None, None, [], False),
    ChannelFacts(1, "ort", True, "https://media.example", None, None, ["k"], False),
)
#: Questions of one minute; each is another device, and some are other tokens, channels and servers.
EACH = 40
#: Longer than every lease and duration: what is kept for an hour is kept for ever.
HOURS = 5


class Clock:
    """The time of all that an app does at questions and ticks."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.passed = 0.0
        self.began = utcnow()
        for module in (flask_iptv.mediaservers.endpoint, flask_iptv.state):
            monkeypatch.setattr(module, "utcnow", self.now)
        monkeypatch.setattr("flask_iptv.authorization.reader.time.monotonic", lambda: self.passed)

    def now(self) -> datetime:
        return self.began + timedelta(seconds=self.passed)


def containers(root: object) -> Iterator[Collection[object]]:
    """Every container that an object of ours can reach."""
    seen: set[int] = set()
    waiting: list[object] = [root]
    while waiting:
        thing = waiting.pop()
        if id(thing) in seen or isinstance(thing, type | types.ModuleType | str | bytes | Flask):
            continue
        seen.add(id(thing))
        if isinstance(thing, dict):
            yield thing
            waiting += [*thing.keys(), *thing.values()]
        elif isinstance(thing, list | tuple | set | frozenset | deque):
            yield thing
            waiting += list(thing)
        elif isinstance(thing, types.MethodType):
            waiting += [thing.__self__, thing.__func__]
        elif isinstance(thing, functools.partial):
            waiting += [thing.func, thing.args, thing.keywords]
        elif isinstance(thing, types.FunctionType):
            waiting += [cell.cell_contents for cell in thing.__closure__ or ()]
        elif type(thing).__module__.startswith("flask_iptv"):
            names = [
                name for kind in type(thing).__mro__ for name in getattr(kind, "__slots__", ())
            ]
            waiting += [getattr(thing, name, None) for name in names]
            waiting.append(getattr(thing, "__dict__", {}))


def held(app: Flask) -> int:
    """How many things an app holds in all its containers."""
    return sum(len(one) for one in containers(app.extensions["iptv"]))


def ask(app: Flask, number: int) -> None:
    """What media servers ask, each time about somebody new."""
    answer = app.extensions["iptv"].endpoint.answer
    there = {"REQUEST_METHOD": "GET", "REMOTE_ADDR": "127.0.0.1"}
    address = f"{number >> 8 & 255}.{number & 255}"
    for query in (
        f"name=ort&token=eves-token&ip=10.0.{address}&user_agent=tv-{number}&session_id=s-{number}",
        f"name=no-such-{number}&token=eves-token&ip=10.0.{address}",
        f"name=ort&token=nobodys-{number}&ip=10.1.{address}",
    ):
        answer(Question(there | {"QUERY_STRING": query}, b""))
    lines = ("ort", f"10.2.{address}", "x", "HLS", "/ort/?token=eves-token", f"m-{number}")
    opening = there | {"QUERY_STRING": "", "HTTP_X_TRIGGER": "USER_NEW", "REQUEST_METHOD": "POST"}
    assert answer(Question(opening, "\n".join(lines).encode()), "mistserver").text == "true"


@pytest.mark.parametrize(
    ("url", "store"), [(None, "memory:"), (None, "sql:"), ("sqlite://", None)], ids=str
)
def test_an_app_does_not_grow_with_time(
    make_app: Callable[..., Flask],
    monkeypatch: pytest.MonkeyPatch,
    url: str | None,
    store: str | None,
) -> None:
    app = make_app(url, IPTV_SESSION_STORE=store)
    with app.app_context():
        furnish()
        database.session().commit()
    state = app.extensions["iptv"]
    monkeypatch.setattr(state, "_begin_ticking", lambda: None)
    clock, numbers = Clock(monkeypatch), itertools.count()
    sizes = []
    for _ in range(6):
        for _ in range(EACH):
            ask(app, next(numbers))
        state.tick()
        # In two steps: what was asked about in the first half stays for the second.
        for _ in range(2):
            clock.passed += HOURS * 3600
            state.tick()
        sizes.append(held(app))
    # The first round fills what is filled once.
    assert max(sizes[1:]) <= sizes[0] + EACH, sizes


def test_an_hour_with_ever_new_devices_takes_no_more_than_ten_minutes_of_them() -> None:
    running = Running(timedelta(seconds=210))
    now = datetime(2026, 1, 1, tzinfo=timezone.utc)
    sizes = []
    for number in range(3600):
        for device in range(3):
            play = Play("eves-token", "ort", address="10.0.0.1", user_agent=f"{number}-{device}")
            running.add(play, FACTS, now)
        now += timedelta(seconds=1)
        sizes.append(len(running))
    assert max(sizes) == max(sizes[:600]) <= 2 * 210 * 3 + 3
    # Nobody is forgotten too early.
    recent = Play("eves-token", "ort", address="10.0.0.1", user_agent=f"{3600 - 200}-0")
    assert running.facts(recent, now) is not None
    for _ in range(2):
        now += timedelta(seconds=210)
        running.tick(now)
    assert len(running) == 0


def test_all_viewers_of_a_channel_have_one_copy_of_what_is_known() -> None:
    running = Running(timedelta(seconds=210))
    now = datetime(2026, 1, 1, tzinfo=timezone.utc)
    found = []
    for number in range(9):
        play = Play("eves-token", "ort", user_agent=str(number))
        # As it is read from a database: equal, but another object.
        running.add(play, copy.deepcopy(FACTS), now)
        facts = running.facts(play, now)
        assert facts == FACTS
        found.append(facts)
    assert len({id(facts.channel) for facts in found if facts}) == 1
    assert len({id(facts.user) for facts in found if facts}) == 1


def test_what_is_recent_is_bounded_by_number_and_by_age() -> None:
    recent: Recent[int, str] = Recent(10, 100)
    for number in range(1000):
        recent.put(number, "x", 0.0)
        assert len(recent) <= 100
    assert all(recent.get(number) == "x" for number in range(950, 1000))
    recent.put(1, "later", 9.0)
    recent.put(2, "later", 11.0)
    assert recent.get(1) == "later"
    # A clock that was set back must not keep them until it is there again.
    recent.put(3, "earlier", -5000.0)
    recent.put(4, "earlier", -4989.0)
    assert (recent.get(1), recent.get(3), recent.get(4)) == (None, "earlier", "earlier")
    recent.age(-4900.0)
    assert len(recent) == 0
    recent.put(5, "x", 0.0)
    assert recent.pop(5) == "x"
    assert recent.pop(5) is None


@functools.cache
def cached() -> None:
    """Give the type of functions that remember their answers."""


def test_every_function_that_remembers_its_answers_remembers_so_many() -> None:
    for module in pkgutil.walk_packages(flask_iptv.__path__, "flask_iptv."):
        if "migrations" in module.name:
            continue
        for name, thing in vars(importlib.import_module(module.name)).items():
            if type(thing) is type(cached) and inspect.signature(thing).parameters:
                assert thing.cache_parameters()["maxsize"] is not None, f"{module.name}.{name}"
