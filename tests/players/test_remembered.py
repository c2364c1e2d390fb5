"""A list is made once for all who see the same, each with the own token, and never a stale one."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from urllib.request import urlopen

import pytest
from flask import Flask

from flask_iptv import channels, database, packages, servers, users
from flask_iptv.players import remembered
from flask_iptv.players.remembered import Remembered
from tests.real.site import serve
from tests.statements import statements

BOB = "/tv/playlists/bob.m3u?token=bobs-token"
EVE = "/tv/playlists/eve.m3u?token=eves-token"
ANN = "/tv/playlists/ann.m3u?token=anns%26token"


@pytest.fixture
def site(provider: Flask) -> Flask:
    """The provider with one more who sees everything, and a package of another channel."""
    with provider.app_context():
        users.create(name="ann", key="anns&token")
        packages.create(name="sport", channels=["sport/espn hd"])
        database.session().commit()
    return provider


def fetch(app: Flask, address: str, **headers: str) -> tuple[bytes, int]:
    """The body, and how many statements it took."""
    with statements() as sent:
        body = app.test_client().get(address, headers=headers).data
    return body, len(sent)


def test_the_next_user_who_sees_the_same_costs_no_reading(site: Flask) -> None:
    eves, reading = fetch(site, EVE)
    anns, warm = fetch(site, ANN)
    assert (reading, warm) == (3, 2)
    assert anns == eves.replace(b"eves-token", b"anns%26token")
    assert fetch(site, EVE) == (eves, 2)


def test_who_sees_other_channels_or_another_output_is_not_mistaken(site: Flask) -> None:
    lists = {fetch(site, address)[0] for address in (EVE, BOB, f"{EVE}&output=mpegts")}
    assert len(lists) == 3
    with site.app_context():
        users.update(users.by_name("bob"), packages=["sport"])
        database.session().commit()
    body, _ = fetch(site, BOB)
    assert body.count(b"#EXTINF") == 1
    assert b"espn" in body


CHANGES: dict[str, Callable[[], object]] = {
    "title": lambda: channels.update(channels.get("ort"), title="Other"),
    "disabled": lambda: channels.update(channels.get("ort"), enabled=False),
    "package": lambda: packages.update(packages.get("basic"), channels=["sport/espn hd"]),
    "server": lambda: servers.update(servers.get("main"), url="https://new.example"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_change_is_in_the_very_next_list(site: Flask, change: Callable[[], object]) -> None:
    before, _ = fetch(site, BOB)
    with site.app_context():
        change()
        database.session().commit()
    body, _ = fetch(site, BOB)
    assert body != before
    remembered.here_of(site).forget()
    assert fetch(site, BOB)[0] == body


def test_a_remembered_list_is_sent_with_its_length_and_zipped_if_asked_for(site: Flask) -> None:
    first = site.test_client().get(EVE, buffered=True)
    again = site.test_client().get(EVE)
    assert again.data == first.data
    assert again.headers["Content-Length"] == str(len(first.data))
    assert again.headers == first.headers
    packed, warm = fetch(site, EVE, **{"Accept-Encoding": "gzip"})
    assert gzip.decompress(packed) == first.data
    assert warm == 2


def test_an_empty_list_is_remembered_as_well(site: Flask) -> None:
    with site.app_context():
        packages.update(packages.get("basic"), channels=[])
        database.session().commit()
    assert fetch(site, BOB)[0] == fetch(site, BOB)[0] == b"#EXTM3U\n"


def test_a_real_server_sends_it_whole(site: Flask) -> None:
    cold, _ = fetch(site, EVE)
    with serve(site) as url, urlopen(url + EVE) as response:
        assert response.read() == cold
        assert response.headers["Content-Length"] == str(len(cold))


def test_apps_remember_apart(make_app: Callable[..., Flask]) -> None:
    one, other = make_app(), make_app()
    assert remembered.here_of(one) is remembered.here_of(one)
    assert remembered.here_of(one) is not remembered.here_of(other)


class TestBounds:
    def test_the_least_recently_used_list_goes_first(self) -> None:
        lists = Remembered()
        for number in range(remembered.MOST_LISTS):
            lists.keep(str(number), [b"x"])
        assert lists.find("0") == [b"x"]
        lists.keep("new", [b"x"])
        assert lists.find("1") is None
        assert lists.find("0") == lists.find("new") == [b"x"]

    def test_all_together_stay_below_the_bound(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(remembered, "MOST_BYTES", 2500)
        lists = Remembered()
        for key in "abca":
            lists.keep(key, [b"x" * 1000])
        assert [key for key in "abc" if lists.find(key)] == ["a", "c"]

    def test_a_list_that_is_too_long_is_not_kept(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(remembered, "LONGEST", 100)
        lists = Remembered()
        lists.keep("a", [b"x" * 100])
        assert lists.find("a") is None

    def test_no_list_lives_on(self, monkeypatch: pytest.MonkeyPatch) -> None:
        now = 100.0
        monkeypatch.setattr(remembered, "monotonic", lambda: now)
        lists = Remembered()
        lists.keep("a", [b"x"])
        now += 10
        assert lists.find("a")
        now += 1
        assert lists.find("a") is None
