"""When media servers are told: by whom, in what order, and none waits for another."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask

from flask_iptv import channels, servers, sessions, users
from flask_iptv.cuts import Teller
from flask_iptv.models import utcnow
from flask_iptv.state import State
from tests.conftest import LOGIN
from tests.cuts.conftest import Flussonic, HangingUp, Site, cut_all, open_site
from tests.patience import LIMIT
from tests.real.site import serve


def test_one_that_is_away_keeps_no_other_waiting(
    site: Site, flussonic: Flussonic, hanging_up: HangingUp
) -> None:
    def furnish_more() -> None:
        servers.create(name="away", url="http://away.example", api_url=hanging_up.url)
        channels.create(name="news", server="away")
        users.update(users.by_name("bob"), max_sessions=4, packages=None)

    site.change(furnish_more)
    for number in (1, 2):
        site.ask(f"n-{number}", ip=f"192.0.2.{number}", name="news", token="eves-token")
    site.ask("s-1", ip="192.0.2.9")
    site.change(cut_all)
    site.tell()
    assert flussonic.told == ["s-1"]
    waiting = [tracked for tracked in site.cuts() if tracked.due_at]
    assert [tracked.server for tracked in waiting] == ["away", "away"]
    assert hanging_up.calls == 1


def test_a_wrong_login_is_not_tried_for_every_viewer(site: Site, flussonic: Flussonic) -> None:
    flussonic.status = "401 Unauthorized"
    site.change(lambda: users.update(users.by_name("bob"), max_sessions=5))
    for number in range(5):
        site.ask(f"s-{number}", ip=f"192.0.2.{number}")
    site.change(cut_all)
    site.tell()
    assert len(set(flussonic.told)) == 1
    assert len([tracked for tracked in site.cuts() if tracked.due_at]) == 5


def test_one_server_does_not_wait_for_another(
    make_app: Callable[..., Flask], flussonic: Flussonic
) -> None:
    meeting = flussonic.meeting = Barrier(2, timeout=LIMIT)
    with serve(Flussonic(meeting=meeting)) as other:
        site = open_site(make_app, flussonic.url)
        site.change(lambda: servers.create(name="other", url=other, api_url=other))
        site.change(lambda: channels.update(channels.get("sport/espn hd"), server="other"))
        site.ask("s-1", token="eves-token")
        site.ask("s-2", token="eves-token", name="sport/espn hd", ip="192.0.2.2")
        site.change(cut_all)
        # Each of the two answers once both were told.
        site.tell()
        assert [tracked.done for tracked in site.cuts()] == [True, True]


def test_a_page_of_a_process_that_nobody_asks_has_it_told(
    make_app: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch
) -> None:
    site = open_site(make_app, None, IPTV_SESSION_STORE="sql:")
    site.ask("s-1")
    begun = threading.Event()
    monkeypatch.setattr(State, "tick", lambda state: begun.set())
    # As it begins, a process knows what its thread will do.
    site.app.extensions["iptv"].close()
    with site.app.app_context():
        (watching,) = sessions.page(now=utcnow()).items
    url = f"/tv/api/sessions/{watching.id}"
    assert site.app.test_client().delete(url, auth=LOGIN).status_code == 204
    assert begun.wait(LIMIT)


def test_each_is_told_once_however_many_processes_tell(site: Site, flussonic: Flussonic) -> None:
    site.change(lambda: users.update(users.by_name("bob"), max_sessions=9))
    for number in range(9):
        site.ask(f"s-{number}", ip=f"192.0.2.{number}")
    site.change(cut_all)
    state = site.app.extensions["iptv"]
    state.store().tick(utcnow())
    state.services.recorder.flush(utcnow())
    barrier = threading.Barrier(4)

    def tell(number: int) -> None:
        # As in a process of its own.
        teller = Teller(state.connections, state.fetcher)
        barrier.wait()
        teller.tell_due(utcnow())

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(tell, range(4)))
    assert sorted(flussonic.told) == [f"s-{number}" for number in range(9)]


def test_it_happens_by_itself(site: Site, flussonic: Flussonic) -> None:
    site.ask("s-1")
    site.change(cut_all)
    state = site.app.extensions["iptv"]
    state.store().tick(utcnow())
    state.services.recorder.flush(utcnow())
    state.services.teller.tick(utcnow())
    assert flussonic.heard.wait(LIMIT)
    state.services.teller.close()
    assert flussonic.told == ["s-1"]
