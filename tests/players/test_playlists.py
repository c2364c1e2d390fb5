"""The door at which players fetch a user's playlist."""

from __future__ import annotations

import gzip
import logging
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from flask_iptv import channels, database, servers, users
from flask_iptv.models import Base
from flask_iptv.playlists.foreign_m3u import read_all
from tests.statements import statements

BOB = "/tv/playlists/bob.m3u?token=bobs-token"
EVE = "/tv/playlists/eve.m3u?token=eves-token"

BOBS_LIST = """#EXTM3U
#EXTINF:-1 tvg-name="ORT" tvg-chno="1" group-title="News",ORT
https://media.example/ort/index.m3u8?token=bobs-token
"""


@pytest.fixture
def player(provider: Flask) -> FlaskClient:
    """A player that fetches from the provider's site."""
    return provider.test_client()


def change_bob(app: Flask, **fields: Any) -> None:
    with app.app_context():
        users.update(users.by_name("bob"), **fields)
        database.session().commit()


def test_a_user_gets_the_channels_of_the_packages_with_the_token(player: FlaskClient) -> None:
    response = player.get(BOB)
    assert response.status_code == 200
    assert response.text == BOBS_LIST


def test_mpegts_is_at_the_servers_other_address(player: FlaskClient) -> None:
    urls = [entry.url for entry in read_all(player.get(f"{EVE}&output=mpegts").data)]
    assert urls == [
        "https://media.example/ort/mpegts?token=eves-token",
        "https://media.example/sport/espn%20hd/mpegts?token=eves-token",
    ]


def test_the_m3u_is_sent_as_players_know_it(player: FlaskClient) -> None:
    headers = player.get(BOB).headers
    assert headers["Content-Type"] == "audio/x-mpegurl; charset=utf-8"
    assert headers["Content-Disposition"] == "attachment; filename=bob.m3u"
    assert headers["Cache-Control"] == "private, no-cache"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Robots-Tag"] == "noindex"


def test_the_plugins_address_has_the_plugins_type(player: FlaskClient) -> None:
    response = player.get("/tv/playlists/bob?token=bobs-token")
    assert response.content_type == "application/x-mpegurl"
    assert response.headers["Content-Disposition"] == "attachment; filename=bob.m3u"
    assert response.text == BOBS_LIST


def test_the_text_is_utf8_without_a_mark_and_with_plain_line_ends(provider: Flask) -> None:
    with provider.app_context():
        channels.update(channels.get("ort"), title="Первый, HD")
        database.session().commit()
    body = provider.test_client().get(BOB).data
    assert body.startswith(b"#EXTM3U\n")
    assert b"\r" not in body
    assert body.decode().splitlines()[1].endswith(",Первый HD")


@pytest.mark.parametrize("tail", ["", ".m3u"])
def test_a_name_may_itself_end_in_m3u(provider: Flask, tail: str) -> None:
    with provider.app_context():
        users.create(name="bob.m3u", key="another-token")
        database.session().commit()
    player = provider.test_client()
    response = player.get(f"/tv/playlists/bob.m3u{tail}?token=another-token")
    assert response.status_code == 200
    assert response.headers["Content-Disposition"] == "attachment; filename=bob.m3u.m3u"
    assert player.get(BOB).text == BOBS_LIST


def test_a_player_may_post(player: FlaskClient) -> None:
    assert player.post(BOB).text == BOBS_LIST
    form = {"token": "bobs-token", "output": "mpegts"}
    assert "/ort/mpegts?" in player.post("/tv/playlists/bob", data=form).text


def test_a_form_of_any_size_is_not_looked_into(player: FlaskClient) -> None:
    form = {"token": "bobs-token", "padding": "x" * 20_000}
    assert player.post("/tv/playlists/bob", data=form).status_code == 403
    assert player.post(BOB, data=form).text == BOBS_LIST


def test_a_head_tells_the_same_and_sends_nothing(player: FlaskClient) -> None:
    full = player.get(BOB)
    assert full.text == BOBS_LIST
    head = player.head(BOB)
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["Content-Length"] == str(len(full.data))
    assert head.headers == full.headers


@pytest.mark.parametrize(
    "address",
    [
        "bob.m3u?token=wrong",
        "bob.m3u?token=eves-token",
        "bob.m3u?token=",
        "bob.m3u",
        "bob.m3u?token=%00",
        "bob?token=%ff",
        "nobody.m3u?token=bobs-token",
        "nobody?token=bobs-token",
        "%00.m3u?token=bobs-token",
        ".m3u?token=bobs-token",
        "Bob.m3u?token=bobs-token",
    ],
)
def test_a_refusal_does_not_tell_whether_the_user_exists(player: FlaskClient, address: str) -> None:
    response = player.get(f"/tv/playlists/{address}")
    unknown = player.get("/tv/playlists/never-heard-of.m3u?token=x")
    assert response.status_code == unknown.status_code == 403
    assert response.data == unknown.data
    assert response.headers == unknown.headers


def test_a_refusal_costs_the_same_whether_the_user_exists(provider: Flask) -> None:
    costs = set()
    for name in ("bob", "nobody"):
        with statements() as sent:
            provider.test_client().get(f"/tv/playlists/{name}.m3u?token=x")
        costs.add(len(sent))
    assert costs == {2}


SOON = datetime.now(timezone.utc) + timedelta(days=3)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"enabled": False}, "This access is switched off"),
        ({"starts_at": SOON}, f"This access begins on {SOON:%Y-%m-%d at %H:%M} UTC"),
        ({"expires_at": "2020-01-31T10:00Z"}, "This access ended on 2020-01-31 at 10:00 UTC"),
    ],
    # The words would differ between processes that collect the tests in different minutes.
    ids=["disabled", "not started", "expired"],
)
def test_who_may_not_watch_now_is_told_why(
    provider: Flask, fields: dict[str, object], words: str
) -> None:
    change_bob(provider, **fields)
    player = provider.test_client()
    response = player.get(BOB)
    assert response.status_code == 403
    assert response.text.startswith(words)
    assert response.headers["Cache-Control"] == "no-store"
    wrong = player.get("/tv/playlists/bob.m3u?token=wrong")
    assert words not in wrong.text


@pytest.mark.parametrize("output", ["flv", "", "HLS", "hls\0"])
def test_an_unknown_output_is_refused_in_words(player: FlaskClient, output: str) -> None:
    query = {"token": "bobs-token", "output": output}
    response = player.get("/tv/playlists/bob.m3u", query_string=query)
    assert response.status_code == 400
    assert response.text == f"output: must be one of hls, mpegts (was {output!r}).\n"


def test_addresses_stay_the_same_from_export_to_export(provider: Flask) -> None:
    player = provider.test_client()
    before = player.get(EVE).data
    with provider.app_context():
        channels.update(channels.get("ort"), title="Channel One")
        database.session().commit()
    after = player.get(EVE).data
    assert after != before
    assert [entry.url for entry in read_all(after)] == [entry.url for entry in read_all(before)]


def test_gzip_is_sent_to_who_takes_it(player: FlaskClient) -> None:
    response = player.get(BOB, headers={"Accept-Encoding": "gzip, deflate"})
    assert response.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(response.data).decode() == BOBS_LIST
    plain = player.get(BOB, headers={"Accept-Encoding": "gzip;q=0"})
    assert "Content-Encoding" not in plain.headers
    assert {response.headers["Vary"], plain.headers["Vary"]} == {"Accept-Encoding"}


def test_stream_addresses_are_the_servers_whatever_host_the_site_is_asked_by(
    provider: Flask,
) -> None:
    response = provider.test_client().get(BOB, base_url="http://evil.example/")
    assert response.text == BOBS_LIST


def test_a_token_with_odd_signs_comes_whole_into_the_address(provider: Flask) -> None:
    change_bob(provider, key="a&b=c,d|e#f%41")
    player = provider.test_client()
    query = {"token": "a&b=c,d|e#f%41"}
    [entry] = read_all(player.get("/tv/playlists/bob.m3u", query_string=query).data)
    assert entry.url.endswith("?token=a%26b%3Dc%2Cd%7Ce%23f%2541")


def test_another_server_template_makes_another_address(provider: Flask) -> None:
    with provider.app_context():
        template = "{base}/live/{name}.m3u8?profile=1"
        servers.update(servers.get("main"), hls_template=template)
        database.session().commit()
    [entry] = read_all(provider.test_client().get(BOB).data)
    assert entry.url == "https://media.example/live/ort.m3u8?profile=1&token=bobs-token"


def test_no_token_is_ever_logged(provider: Flask, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    player = provider.test_client()
    for address in (BOB, f"{BOB}&output=flv", "/tv/playlists/eve.m3u?token=bobs-token"):
        player.get(address).get_data()
    assert "bobs-token" not in caplog.text


def test_a_database_that_is_away_is_503_in_words(
    make_app: Callable[..., Flask], caplog: pytest.LogCaptureFixture
) -> None:
    app = make_app()
    with app.app_context():
        Base.metadata.drop_all(database.current().connection())
        database.current().connection().execute(sa.text("DROP TABLE iptv_alembic_version"))
        database.session().commit()
    response = app.test_client().get("/tv/playlists/bob.m3u?token=bobs-token")
    assert response.status_code == 503
    assert "run: flask iptv upgrade" in response.text
    assert "bobs-token" not in caplog.text
