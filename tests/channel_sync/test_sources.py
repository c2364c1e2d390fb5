"""What a server's API and a playlist tell of streams, and what they leave open."""

from __future__ import annotations

import pytest

from flask_iptv import servers
from flask_iptv.channel_sync import Told, from_playlist, from_streams
from flask_iptv.errors import InvalidInput
from flask_iptv.management import Stream
from flask_iptv.models import Server

HEAD = "#EXTM3U\n"


@pytest.fixture
def server(context: None) -> Server:
    return servers.create(name="main", url="https://media.example")


def test_an_api_tells_only_what_it_knows() -> None:
    streams = [Stream("ort", title="ORT", number=3, alive=True), Stream("off", enabled=False)]
    assert list(from_streams(streams)) == [
        Told("ort", {"title": "ORT", "number": 3, "enabled": True}),
        Told("off", {"enabled": False}),
    ]


def test_a_playlist_tells_all_that_a_channel_has(server: Server) -> None:
    line = '#EXTINF:-1 tvg-id="o.tv" tvg-chno="7" tvg-logo="https://l.example/a b" group-title="N"'
    (told,) = from_playlist(f"{HEAD}{line},ORT\nhttps://x.example/ort/mpegts".encode(), server)
    assert told == Told(
        "ort",
        {
            "title": "ORT",
            "logo": "https://l.example/a%20b",
            "number": 7,
            "group": "N",
            "epg_id": "o.tv",
            "enabled": True,
        },
    )


def test_a_title_that_the_reader_made_up_is_none(server: Server) -> None:
    (told,) = from_playlist(f"{HEAD}https://x.example/live/ort/index.m3u8".encode(), server)
    assert told == Told("live/ort", {"enabled": True})


@pytest.mark.parametrize("data", [b"", b"<html>", b"\xff\xfe", HEAD.encode() + b"#EXTINF:-1,a\n"])
def test_what_is_no_playlist_is_refused(server: Server, data: bytes) -> None:
    with pytest.raises(InvalidInput):
        list(from_playlist(data, server))
