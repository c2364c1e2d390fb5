"""Which channels a playlist has, and in which order."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from flask_iptv import channels, database, lineup, packages, servers, users
from flask_iptv.errors import InvalidInput
from flask_iptv.models import Channel


def titles(name: str) -> list[str]:
    return [entry.title for entry in lineup.entries(users.by_name(name), "hls")]


@pytest.mark.usefixtures("context")
def test_channels_are_ordered_by_number_then_title() -> None:
    servers.create(name="main", url="https://media.example")
    for name, title, number in (
        ("a", "Without B", None),
        ("b", "Two", 2),
        ("c", "One B", 1),
        ("d", "Without A", None),
        ("e", "One A", 1),
        ("f", "Zero", 0),
    ):
        channels.create(name=name, title=title, number=number, server="main")
    users.create(name="bob")
    assert titles("bob") == ["Zero", "One A", "One B", "Two", "Without A", "Without B"]


def test_all_that_a_player_shows_is_handed_on(provider: Flask) -> None:
    with provider.app_context():
        logo = "https://media.example/ort.png"
        channels.update(channels.get("ort"), logo=logo, epg_id="ort.tv")
        entry = next(lineup.entries(users.by_name("eve"), "hls"))
    assert (entry.title, entry.number, entry.group) == ("ORT", 1, "News")
    assert (entry.logo, entry.epg_id) == (logo, "ort.tv")
    assert entry.url == "https://media.example/ort/index.m3u8?token=eves-token"


def test_disabled_channels_and_those_without_a_server_are_left_out(provider: Flask) -> None:
    with provider.app_context():
        channels.create(name="nowhere")
        channels.update(channels.get("ort"), enabled=False)
        assert titles("eve") == ["ESPN HD"]


def test_a_channel_of_two_packages_is_listed_once(provider: Flask) -> None:
    with provider.app_context():
        packages.create(name="more", channels=["ort", "sport/espn hd"])
        users.update(users.by_name("bob"), packages=["basic", "more"])
        assert titles("bob") == ["ORT", "ESPN HD"]


def test_who_lost_the_last_package_sees_nothing(provider: Flask) -> None:
    with provider.app_context():
        packages.delete(packages.get("basic"))
        assert titles("bob") == []


@pytest.mark.parametrize(("setting", "seen"), [("all", ["ORT"]), ("none", [])])
def test_who_never_had_packages_sees_what_the_setting_says(
    make_app: Callable[..., Flask], setting: str, seen: list[str]
) -> None:
    with make_app(IPTV_WITHOUT_PACKAGES=setting).app_context():
        servers.create(name="main", url="https://media.example")
        channels.create(name="ort", title="ORT", server="main")
        users.create(name="eve")
        assert titles("eve") == seen


@pytest.mark.usefixtures("context")
def test_an_unknown_output_is_refused_before_the_first_channel() -> None:
    user = users.create(name="bob")
    with pytest.raises(InvalidInput, match="output: must be one of hls, mpegts"):
        lineup.entries(user, "dash")
    with pytest.raises(InvalidInput, match="output"):
        lineup.state(user, "dash")


def test_postgresql_reads_the_same(
    make_app: Callable[..., Flask], postgresql_tables_url: str
) -> None:
    app = make_app(postgresql_tables_url)
    with app.app_context():
        server = servers.create(name="main", url="https://media.example")
        rows = [{"name": f"c{n}", "title": "Ü", "server_id": server.id} for n in range(1001)]
        database.session().execute(sa.insert(Channel), rows)
        users.create(name="bob", key="bobs-token")
        database.session().commit()
    response = app.test_client().get("/tv/playlists/bob.m3u?token=bobs-token")
    assert response.text.count("#EXTINF") == 1001
    again = app.test_client().get(
        "/tv/playlists/bob.m3u?token=bobs-token",
        headers={"If-None-Match": response.headers["ETag"]},
    )
    assert again.status_code == 304
