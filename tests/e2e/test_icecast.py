"""Icecast, as its page says, plays and takes streams only with a right."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from flask_iptv import channels, database, servers
from tests.e2e.broadcast import ESPN, MUTE, Broadcast, Rights
from tests.e2e.documented import configuration
from tests.e2e.provider import provider
from tests.real.ffmpeg import publish_until_cut
from tests.real.icecast import Icecast
from tests.real.players import PlaybackRefused, play_with_pyav
from tests.real.ports import reserved_port

#: The first is found by both of its names, the others by the one without the format.
CHANNELS = {"espn.mp3": "espn-key", "film": "film-key", "news": "news-key", "mute": None}


@pytest.fixture(scope="module")
def broadcast(tmp_path_factory: pytest.TempPathFactory, mpegts_clip: Path) -> Iterator[Broadcast]:
    """Channels on a server."""
    folder = tmp_path_factory.mktemp("icecast")
    host = f"127.0.0.1:{reserved_port()}"
    with provider(folder / "instance", CHANNELS) as site:
        mounts = configuration(
            "icecast.md", "xml", {"http://127.0.0.1:8000": site.url, "THE-SECRET": site.secret}
        )
        made = Broadcast(
            site,
            play_url=lambda channel, token: f"http://{host}/{channel}.mp3?token={token}",
            publish_url=lambda channel, key: f"icecast://source:{key}@{host}/{channel}.mp3",
            asks=("action=listener_add&",),
            leaves=("action=listener_remove&", "&ip=127.0.0.1&"),
        )
        port = int(host.rpartition(":")[2])
        with (
            Icecast(mounts, folder=folder / "server", port=port),
            made.on_air(mpegts_clip, folder),
        ):
            yield made


class TestIcecast(Rights):
    """What all servers do."""


def test_a_refused_listener_is_told_so(broadcast: Broadcast) -> None:
    with pytest.raises(PlaybackRefused) as refused:
        play_with_pyav(broadcast.play_url(ESPN, "wrong"))
    assert refused.value.status == 401


def test_the_servers_own_source_password_counts_no_more(
    broadcast: Broadcast, mpegts_clip: Path
) -> None:
    publish_until_cut(broadcast.publish_url(MUTE, Icecast.source_password), mpegts_clip)


def test_an_exported_playlist_plays(broadcast: Broadcast) -> None:
    site = broadcast.provider
    base = broadcast.play_url(ESPN, "").partition("/espn")[0]
    with site.app.app_context():
        servers.create(name="radio", url=base, mpegts_template="{base}/{name}")
        channels.update(channels.get("espn.mp3"), server="radio")
        database.session().commit()
    assert play_with_pyav(site.playlist(site.viewer())["espn.mp3"]) == 10
