"""nginx with the RTMP module, as its page says, plays and takes streams only with a right."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

import pytest

from tests.e2e.broadcast import ENDLESS, ESPN, Broadcast, Rights
from tests.e2e.documented import configuration
from tests.e2e.provider import provider
from tests.real.nginx_rtmp import NginxRTMP
from tests.real.players import PlaybackCut
from tests.real.ports import reserved_port

_DIRECT = build_opener(ProxyHandler({}))

#: The first is found by both of its names, the others by their last.
CHANNELS = {"live/espn": "espn-key", "film": "film-key", "news": "news-key", "mute": None}


@pytest.fixture(scope="module")
def control() -> str:
    """Where the module's control and statistics are."""
    return f"127.0.0.1:{reserved_port()}"


@pytest.fixture(scope="module")
def broadcast(
    control: str, tmp_path_factory: pytest.TempPathFactory, mpegts_clip: Path
) -> Iterator[Broadcast]:
    """Channels on a server that asks each second."""
    folder = tmp_path_factory.mktemp("nginx-rtmp")
    port = reserved_port()
    with provider(folder / "instance", CHANNELS) as site:
        rtmp = configuration(
            "nginx-rtmp.md",
            "nginx",
            {
                "listen 1935": f"listen 127.0.0.1:{port}",
                "http://127.0.0.1:8000": site.url,
                "THE-SECRET": site.secret,
                "notify_update_timeout 30s": "notify_update_timeout 1s",
            },
        )
        http = configuration("nginx-rtmp.md", "nginx control", {"127.0.0.1:8081": control})
        made = Broadcast(
            site,
            play_url=lambda channel, token: f"rtmp://127.0.0.1:{port}/live/{channel}?token={token}",
            publish_url=lambda channel, key: f"rtmp://127.0.0.1:{port}/live/{channel}?token={key}",
            asks=("call=play&",),
            leaves=("call=play_done&", "&addr=127.0.0.1&"),
        )
        with (
            NginxRTMP(rtmp, site=http, folder=folder / "server", port=port),
            made.on_air(mpegts_clip, folder),
        ):
            yield made


class TestNginxRTMP(Rights):
    """What all servers do."""


def test_a_viewer_who_is_disabled_is_cut_at_the_next_question(broadcast: Broadcast) -> None:
    viewer = broadcast.provider.viewer()
    with broadcast.watching(ESPN, viewer) as stream:
        with broadcast.provider.hears("call=update_play&", viewer.token):
            assert next(stream)
        broadcast.provider.change(viewer, enabled=False)
        with pytest.raises(PlaybackCut):
            deque(islice(stream, ENDLESS), maxlen=0)


def test_a_viewer_is_dropped(broadcast: Broadcast, control: str) -> None:
    viewer = broadcast.provider.viewer()
    with broadcast.watching(ESPN, viewer) as stream:
        assert next(stream)
        drop = f"http://{control}/control/drop/subscriber?app=live&name={ESPN}"
        with _DIRECT.open(drop) as dropped:
            assert dropped.read() == b"1"
        with pytest.raises(PlaybackCut):
            deque(islice(stream, ENDLESS), maxlen=0)
    with _DIRECT.open(f"http://{control}/stat") as statistics:
        assert b"<name>espn</name>" in statistics.read()
