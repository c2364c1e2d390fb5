"""The door at which a user's playlist is fetched as XSPF."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from xml.etree import ElementTree

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from flask_iptv import database, servers, users
from flask_iptv.models import Channel
from tests.statements import statements

BOB = "/tv/playlists/bob.xspf?token=bobs-token"
EVE = "/tv/playlists/eve.xspf?token=eves-token"
BOBS_LIST = """<?xml version="1.0" encoding="UTF-8"?>
<playlist version="1" xmlns="http://xspf.org/ns/0/">
<trackList>
<track><title>ORT</title><album>News</album><trackNum>1</trackNum>\
<location>https://media.example/ort/index.m3u8?token=bobs-token</location></track>
</trackList>
</playlist>
"""


@pytest.fixture
def player(provider: Flask) -> FlaskClient:
    """A player that fetches from the provider's site."""
    return provider.test_client()


def locations(xml: bytes) -> list[str]:
    found = ElementTree.fromstring(xml).iter("{http://xspf.org/ns/0/}location")
    return [location.text or "" for location in found]


def test_a_user_gets_the_channels_of_the_packages_with_the_token(player: FlaskClient) -> None:
    response = player.get(BOB)
    assert (response.status_code, response.text) == (200, BOBS_LIST)
    assert response.headers["Content-Type"] == "application/xspf+xml"
    assert response.headers["Content-Disposition"] == "attachment; filename=bob.xspf"
    assert response.headers["Cache-Control"] == "private, no-cache"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["X-Robots-Tag"] == "noindex"


def test_mpegts_is_at_the_servers_other_address(player: FlaskClient) -> None:
    assert locations(player.get(f"{EVE}&output=mpegts").data) == [
        "https://media.example/ort/mpegts?token=eves-token",
        "https://media.example/sport/espn%20hd/mpegts?token=eves-token",
    ]
    assert player.get(f"{EVE}&output=flv").status_code == 400


def test_refusals_are_those_of_the_m3u(provider: Flask, player: FlaskClient) -> None:
    for address in ("bob.{}?token=wrong", "nobody.{}?token=bobs-token", "bob.{}"):
        asked = [player.get(f"/tv/playlists/{address.format(end)}") for end in ("m3u", "xspf")]
        assert {answer.status_code for answer in asked} == {403}
        assert asked[0].data == asked[1].data
        assert asked[0].headers == asked[1].headers
    with provider.app_context():
        users.update(users.by_name("bob"), enabled=False)
        database.session().commit()
    assert player.get(BOB).text.startswith("This access is switched off")


@pytest.mark.parametrize("tail", ["", ".xspf"])
def test_a_name_may_itself_end_in_xspf(provider: Flask, tail: str) -> None:
    with provider.app_context():
        users.create(name="bob.xspf", key="another-token")
        database.session().commit()
    player = provider.test_client()
    answer = player.get(f"/tv/playlists/bob.xspf{tail}?token=another-token")
    assert answer.status_code == 200
    assert player.get(BOB).text == BOBS_LIST


def test_post_head_and_gzip_are_answered_alike(player: FlaskClient) -> None:
    full = player.get(BOB)
    assert player.post("/tv/playlists/bob.xspf", data={"token": "bobs-token"}).data == full.data
    head = player.head(BOB)
    assert (head.status_code, head.data) == (200, b"")
    packed = player.get(BOB, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == full.data


def test_a_known_list_is_not_sent_again_and_is_no_m3u(player: FlaskClient) -> None:
    known = player.get(BOB).headers["ETag"]
    assert player.get(BOB, headers={"If-None-Match": known}).status_code == 304
    m3u = player.get(BOB.replace(".xspf", ".m3u"), headers={"If-None-Match": known})
    assert (m3u.status_code, m3u.text[:7]) == (200, "#EXTM3U")


def test_a_list_that_is_remembered_is_the_same_with_another_token(provider: Flask) -> None:
    with provider.app_context():
        users.create(name="ann", key="anns&token")
        database.session().commit()
    player = provider.test_client()
    first = player.get(EVE).data
    with statements() as sent:
        anns = player.get("/tv/playlists/ann.xspf?token=anns%26token").data
    assert len(sent) == 2
    assert anns == first.replace(b"eves-token", b"anns%26token")
    assert player.get(EVE).data == first


@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 250])
def test_lists_of_every_length_are_whole(make_app: Callable[..., Flask], count: int) -> None:
    app = make_app()
    with app.app_context():
        server = servers.create(name="main", url="https://media.example")
        users.create(name="eve", key="eves-token")
        if count:
            rows = [
                {"name": f"c{n}", "title": f"<{n}>", "number": n, "server_id": server.id}
                for n in range(count)
            ]
            database.session().execute(sa.insert(Channel), rows)
        database.session().commit()
    wanted = [f"https://media.example/c{n}/index.m3u8?token=eves-token" for n in range(count)]
    for _ in ("read", "remembered"):
        assert locations(app.test_client().get(EVE).data) == wanted
