"""Who is cut here is cut on the media server too, and it is seen what came of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from flask_iptv import channels, database, history, servers, sessions, users
from flask_iptv.cuts.orders import PAUSES
from flask_iptv.models import Session, utcnow
from tests.cuts.conftest import Flussonic, Site, cut_all, open_site
from tests.real.ports import reserved_port

STORES = ["memory:", "sql:", "valkey"]


WAYS: dict[str, Callable[[], object]] = {
    "cut": cut_all,
    "disabled": lambda: users.update(users.by_name("bob"), enabled=False),
    "new token": lambda: users.rotate_key(users.by_name("bob")),
    "another token": lambda: users.update(users.by_name("bob"), key="another-token"),
}


@pytest.mark.parametrize("store", STORES)
@pytest.mark.parametrize("way", WAYS)
def test_the_server_is_told_in_every_way(
    request: pytest.FixtureRequest,
    make_app: Callable[..., Flask],
    flussonic: Flussonic,
    way: str,
    store: str,
) -> None:
    url = request.getfixturevalue("valkey_url") if store == "valkey" else store
    site = open_site(make_app, flussonic.url, IPTV_SESSION_STORE=url)
    assert site.ask("s-1") == 200
    site.change(WAYS[way])
    assert flussonic.told == []
    site.tell()
    assert flussonic.told == ["s-1"]
    (tracked,) = site.cuts()
    assert (tracked.user, tracked.channel, tracked.server) == ("bob", "ort", "main")
    assert (tracked.done, tracked.due_at, tracked.address) == (True, None, "192.0.2.1")
    site.tell(utcnow() + timedelta(days=1))
    assert flussonic.told == ["s-1"]


@pytest.mark.parametrize("store", STORES)
def test_a_lowered_limit_and_a_replaced_session_are_told(
    request: pytest.FixtureRequest,
    make_app: Callable[..., Flask],
    flussonic: Flussonic,
    store: str,
) -> None:
    url = request.getfixturevalue("valkey_url") if store == "valkey" else store
    site = open_site(make_app, flussonic.url, IPTV_SESSION_STORE=url, IPTV_SESSION_POLICY="replace")
    site.change(lambda: users.update(users.by_name("bob"), max_sessions=2))
    assert [site.ask(f"s-{n}", ip=f"192.0.2.{n}") for n in (1, 2, 3)] == [200] * 3
    site.tell()
    assert flussonic.told == ["s-1"]
    site.change(lambda: users.update(users.by_name("bob"), max_sessions=1))
    site.tell()
    assert flussonic.told == ["s-1", "s-3"]


def test_who_leaves_or_zaps_is_nothing_to_tell(site: Site, flussonic: Flussonic) -> None:
    site.ask("s-1", token="eves-token")
    site.ask("s-2", token="eves-token", name="sport/espn hd")
    site.ask("s-2", token="eves-token", name="sport/espn hd", request_type="close_session")
    site.tell()
    with site.app.app_context():
        ended = [session.ending for session in history.page().items]
    assert ended == ["closed", "zapped"]
    assert (flussonic.told, site.cuts()) == ([], [])


def test_a_server_that_is_away_is_tried_again_and_then_given_up(
    make_app: Callable[..., Flask],
) -> None:
    site = open_site(make_app, f"http://127.0.0.1:{reserved_port()}")
    site.ask("s-1")
    site.change(cut_all)
    now = utcnow() + timedelta(seconds=1)
    for attempt, pause in enumerate(PAUSES, start=1):
        site.tell(now)
        (tracked,) = site.cuts()
        assert (tracked.attempts, tracked.done) == (attempt, False)
        assert tracked.due_at is not None
        # Telling takes a moment too.
        assert tracked.due_at >= now + timedelta(seconds=pause)
        now = tracked.due_at
    site.tell(now)
    (tracked,) = site.cuts()
    assert (tracked.attempts, tracked.due_at) == (len(PAUSES) + 1, None)
    assert (tracked.outcome or "").startswith("given up: ")


def test_a_server_that_comes_back_is_told_then(site: Site, flussonic: Flussonic) -> None:
    flussonic.status = "500 Internal Server Error"
    site.ask("s-1")
    site.change(cut_all)
    site.tell()
    (tracked,) = site.cuts()
    assert (tracked.done, tracked.attempts) == (False, 1)
    assert "500" in (tracked.outcome or "")
    flussonic.status = "204 No Content"
    site.tell(utcnow() + timedelta(minutes=1))
    (tracked,) = site.cuts()
    assert tracked.done
    assert set(flussonic.told) == {"s-1"}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"api_url": None}, "has no address of its API"),
        ({"kind": "proxy", "api_url": None}, "proxy"),
        ({"kind": "alta"}, "Cesbo Alta"),
    ],
)
def test_a_server_that_can_not_be_told_says_so_at_once(
    site: Site, flussonic: Flussonic, change: dict[str, Any], words: str
) -> None:
    site.change(lambda: servers.update(servers.get("main"), **change))
    site.ask("s-1")
    site.change(cut_all)
    site.tell()
    (tracked,) = site.cuts()
    assert (tracked.done, tracked.due_at, flussonic.told) == (False, None, [])
    assert words in (tracked.outcome or "")


def test_a_private_address_is_not_told_unless_that_is_meant(
    make_app: Callable[..., Flask], flussonic: Flussonic
) -> None:
    site = open_site(make_app, flussonic.url, IPTV_FETCH_NETWORKS=())
    site.ask("s-1")
    site.change(cut_all)
    site.tell()
    (tracked,) = site.cuts()
    assert "IPTV_FETCH_NETWORKS" in (tracked.outcome or "")
    assert flussonic.told == []


def test_a_channel_that_was_deleted_or_moved_meanwhile_is_told_where_it_was(
    site: Site, flussonic: Flussonic
) -> None:
    site.ask("s-1")
    site.change(cut_all)
    site.app.extensions["iptv"].store().tick(utcnow())
    site.app.extensions["iptv"].services.recorder.flush(utcnow())
    site.change(lambda: servers.create(name="other", url="http://other.example"))
    site.change(lambda: channels.update(channels.get("ort"), server="other", name="moved"))
    site.change(lambda: channels.delete(channels.get("moved")))
    site.change(lambda: users.delete(users.by_name("bob")))
    site.tell()
    (tracked,) = site.cuts()
    assert (tracked.user, tracked.channel, tracked.server) == (None, "ort", "main")
    assert (tracked.done, flussonic.told) == (True, ["s-1"])


def test_a_server_that_was_deleted_meanwhile_is_no_trouble(site: Site) -> None:
    site.ask("s-1")
    site.change(cut_all)
    site.app.extensions["iptv"].store().tick(utcnow())
    site.app.extensions["iptv"].services.recorder.flush(utcnow())
    site.change(lambda: channels.delete(channels.get("ort")))
    site.change(lambda: channels.delete(channels.get("sport/espn hd")))
    site.change(lambda: servers.delete(servers.get("main")))
    site.tell()
    (tracked,) = site.cuts()
    assert (tracked.server, tracked.done, tracked.due_at) == (None, False, None)


def test_old_ones_are_forgotten(site: Site) -> None:
    site.ask("s-1")
    site.change(cut_all)
    site.tell()
    state = site.app.extensions["iptv"]
    state.services.recorder.sweep(utcnow() + timedelta(days=6))
    assert len(site.cuts()) == 1
    state.services.recorder.sweep(utcnow() + timedelta(days=8))
    assert site.cuts() == []


def test_a_disabled_user_holds_no_slot(site: Site) -> None:
    site.ask("s-1")
    site.change(WAYS["disabled"])
    with site.app.app_context():
        assert database.session().query(Session).count() == 0
        assert sessions.page(now=utcnow()).items == []
    assert site.ask("s-1", request_type="update_session") == 403
