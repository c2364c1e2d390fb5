"""A media server that hangs delays nobody's cuts but its own."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from ipaddress import ip_network
from typing import TYPE_CHECKING

import pytest

from flask_iptv import channels, servers, users
from flask_iptv.cuts import Teller, orders, teller
from flask_iptv.fetching import Fetcher, Patience
from flask_iptv.models import utcnow
from tests.cuts.conftest import Flussonic, HangingUp, Site, cut_all
from tests.patience import LIMIT
from tests.real.site import serve

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIEnvironment


class Hanging(Flussonic):
    """One that answers nobody before it is freed."""

    def __init__(self) -> None:
        super().__init__()
        self.freed = threading.Event()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        answer = super().__call__(environ, start_response)
        self.freed.wait(LIMIT)
        return answer


@pytest.fixture
def hanging() -> Iterator[Hanging]:
    server = Hanging()
    with serve(server) as server.url:
        try:
            yield server
        finally:
            server.freed.set()


def add(site: Site, url: str) -> None:
    """Add a server ``other`` with a channel ``news``, and let bob watch all on five devices."""

    def furnish_more() -> None:
        servers.create(name="other", url="http://other.example", api_url=url)
        channels.create(name="news", server="other")
        users.update(users.by_name("bob"), max_sessions=5, packages=None)

    site.change(furnish_more)


def order(site: Site, session: str, channel: str) -> None:
    """Have somebody cut who watches a channel."""
    assert site.ask(session, name=channel, ip=f"192.0.2.{len(session)}", user_agent=session) == 200
    site.change(cut_all)
    state = site.app.extensions["iptv"]
    state.store().tick(utcnow())
    state.services.recorder.flush(utcnow())


def patient(site: Site) -> Teller:
    """What tells the servers, and waits for one that hangs until the end of the test."""
    forever = Patience(LIMIT * 2, LIMIT * 2, LIMIT * 2)
    return Teller(
        site.app.extensions["iptv"].connections,
        Fetcher([ip_network("127.0.0.0/8")], patience=forever),
    )


def tick_until(heard: threading.Event, own: Teller) -> None:
    """Let a second pass again and again."""
    for _ in range(LIMIT * 10):
        if heard.wait(0.05):
            return
        own.tick(utcnow())
    pytest.fail("it is not told while another one hangs")


def test_while_one_hangs_another_is_told_of_whoever_is_cut_then(
    site: Site, flussonic: Flussonic, hanging: Hanging, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(teller, "CLOSES_WITHIN", 0)
    add(site, hanging.url)
    own = patient(site)
    order(site, "n-1", "news")
    own.tick(utcnow())
    assert hanging.heard.wait(LIMIT)
    for session in ("s-1", "s-2"):
        flussonic.heard.clear()
        order(site, session, "ort")
        tick_until(flussonic.heard, own)
    assert flussonic.told == ["s-1", "s-2"]
    assert hanging.told == ["n-1"]
    left = list(own._threads.values())
    # Nor does the end of the site wait for it.
    own.close()
    assert any(thread.is_alive() for thread in left)
    hanging.freed.set()
    for thread in left:
        thread.join(LIMIT)


def test_the_orders_of_one_that_hangs_are_not_all_that_is_read(
    site: Site, flussonic: Flussonic, hanging: Hanging, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(orders, "_DUE", orders._DUE.limit(1))
    add(site, hanging.url)
    for session, channel in (("n-1", "news"), ("n-2", "news"), ("s-1", "ort")):
        order(site, session, channel)
    own = patient(site)
    own.tick(utcnow())
    assert hanging.heard.wait(LIMIT)
    tick_until(flussonic.heard, own)
    assert flussonic.told == ["s-1"]
    hanging.freed.set()
    monkeypatch.setattr(teller, "CLOSES_WITHIN", LIMIT)
    own.close()


def test_one_that_took_long_rests_and_is_tried_once(
    site: Site, flussonic: Flussonic, hanging_up: HangingUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    time, step = 0.0, teller.SLOW + 1

    def clock() -> float:
        nonlocal time
        time += step
        return time

    monkeypatch.setattr(teller, "FIRST_REST", 1e6)
    monkeypatch.setattr(teller, "LONGEST_REST", 1e6)
    state = site.app.extensions["iptv"]
    add(site, hanging_up.url)
    own = Teller(state.connections, state.fetcher, clock=clock)
    order(site, "n-1", "news")
    own.tell_due(utcnow())
    assert hanging_up.calls == 1
    order(site, "n-2", "news")
    order(site, "s-1", "ort")
    own.tell_due(utcnow())
    assert (hanging_up.calls, flussonic.told) == (1, ["s-1"])
    time += 1e6
    own.tell_due(utcnow())
    assert hanging_up.calls == 2
    # It says nothing, but at once: there is nothing to be spared.
    step = 0.0
    time += 1e6
    order(site, "n-3", "news")
    own.tell_due(utcnow())
    order(site, "n-4", "news")
    own.tell_due(utcnow())
    assert hanging_up.calls == 4
