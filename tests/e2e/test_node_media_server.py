"""node-media-server, as its page says, plays and takes streams only with a right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from flask_iptv import channels, database, servers
from tests.e2e.broadcast import Broadcast, Rights
from tests.e2e.documented import configuration
from tests.e2e.provider import provider
from tests.real.node_media_server import NodeMediaServer
from tests.real.players import play_with_pyav
from tests.real.ports import reserved_port

#: The first is found by both of its names, the others by their last.
CHANNELS = {"live/espn": "espn-key", "film": "film-key", "news": "news-key", "mute": None}


@pytest.fixture(scope="module")
def server(
    tmp_path_factory: pytest.TempPathFactory, mpegts_clip: Path
) -> Iterator[tuple[NodeMediaServer, Broadcast]]:
    """A server, and its channels as they play over RTMP."""
    folder = tmp_path_factory.mktemp("node-media-server")
    rtmp, http = reserved_port(), reserved_port()
    with provider(folder / "instance", CHANNELS) as site:
        settings = configuration(
            "node-media-server.md",
            "json",
            {
                "0.0.0.0": "127.0.0.1",
                "1935": str(rtmp),
                "8080": str(http),
                "http://127.0.0.1:8000": site.url,
                "THE-SECRET": site.secret,
            },
        )
        program = NodeMediaServer(
            settings, folder=folder / "server", rtmp_port=rtmp, http_port=http
        )
        url = program.rtmp_url + "/live/{}?token={}"
        made = Broadcast(
            site,
            play_url=url.format,
            publish_url=url.format,
            # Of the two questions about a viewer either may come first.
            asks=('Play"',),
            leaves=('"donePlay"', '"ip":"127.0.0.1:'),
        )
        with program, made.on_air(mpegts_clip, folder):
            yield program, made


@pytest.fixture(params=["rtmp", "http"])
def broadcast(
    request: pytest.FixtureRequest, server: tuple[NodeMediaServer, Broadcast]
) -> Broadcast:
    """The channels, played over RTMP or HTTP-FLV."""
    program, made = server
    if request.param == "http":
        made = replace(made, play_url=(program.http_url + "/live/{}.flv?token={}").format)
    return made


class TestNodeMediaServer(Rights):
    """What all servers do."""


def test_an_exported_playlist_plays(server: tuple[NodeMediaServer, Broadcast]) -> None:
    program, made = server
    site = made.provider
    with site.app.app_context():
        servers.create(name="media", url=program.http_url, mpegts_template="{base}/{name}.flv")
        channels.update(channels.get("live/espn"), server="media")
        database.session().commit()
    playlist = site.playlist(site.viewer())
    assert play_with_pyav(playlist["live/espn"]) == 10
