"""A real nginx-rtmp and a real Icecast give their streams, and cut the one viewer meant."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from flask_iptv.fetching import Fetcher
from flask_iptv.management import Access, LoginRefused, Management, Stream, Watcher, manage
from tests.fetching.failing import LOOPBACK
from tests.management.web_server import Answer, WebServer
from tests.real.ffmpeg import Publisher
from tests.real.icecast import Icecast
from tests.real.nginx_rtmp import NginxRTMP
from tests.real.players import PlaybackCut, watching
from tests.real.ports import reserved_port

RTMP = """
rtmp {{
    server {{ listen 127.0.0.1:{other}; application empty {{ live on; }} }}
    server {{
        listen 127.0.0.1:{port};
        application live {{ live on; on_play {asked}/play; }}
    }}
}}
"""
CONTROL = """
server {{
    listen 127.0.0.1:{port};
    location /stat {{ rtmp_stat all; }}
    location /control {{ rtmp_control all; }}
}}
"""
MOUNT = """
<mount type="normal">
    <mount-name>/espn.mp3</mount-name>
    <authentication type="url">
        <option name="listener_add" value="{asked}/play"/>
        <option name="auth_header" value="icecast-auth-user: 1"/>
    </authentication>
</mount>
"""


@pytest.fixture
def site() -> Iterator[WebServer]:
    """Lets everybody play, and remembers the questions."""
    with WebServer() as site:
        site.answer = lambda asked: Answer(200, b"", {"icecast-auth-user": "1"})
        yield site


def sessions(site: WebServer, key: str) -> list[str]:
    """Give the ids of the sessions that were asked about."""
    return [parse_qs(asked.body.decode())[key][0] for asked in site.asked]


@contextmanager
def two_viewers(url: str, management: Management, site: WebServer, key: str) -> Iterator[str]:
    """Play a stream twice; the first one must be cut in the block, and the second one not."""
    with ExitStack() as playing:
        first = playing.enter_context(watching(url))
        assert next(first)
        second = playing.enter_context(watching(url))
        assert next(second)
        yield sessions(site, key)[0]
        with pytest.raises(PlaybackCut):
            deque(first, maxlen=0)
        assert next(second)


def test_nginx_rtmp(site: WebServer, tmp_path: Path, mpegts_clip: Path) -> None:
    port, control = reserved_port(), reserved_port()
    management = manage(Access("nginx-rtmp", f"http://127.0.0.1:{control}"), Fetcher(LOOPBACK))
    url = f"rtmp://127.0.0.1:{port}/live/espn"
    rtmp = RTMP.format(port=port, other=reserved_port(), asked=site.url)
    http = CONTROL.format(port=control)
    with (
        NginxRTMP(rtmp, site=http, folder=tmp_path / "server", port=port),
        Publisher(url, mpegts_clip, folder=tmp_path / "publisher"),
    ):
        assert list(management.streams()) == [Stream("live/espn", alive=True)]
        for stream in ("live/espn", "espn"):
            site.asked.clear()
            with two_viewers(url, management, site, "clientid") as session:
                assert management.cut(Watcher("live/other", session)) == "had left already"
                assert management.cut(Watcher(stream, session)) == "cut"
            assert management.cut(Watcher(stream, session)) == "had left already"
        assert [finding.ok for finding in management.check()] == [True] * 4


def test_icecast(site: WebServer, tmp_path: Path, mpegts_clip: Path) -> None:
    mounts = MOUNT.format(asked=site.url)
    with Icecast(mounts, folder=tmp_path / "server", port=reserved_port()) as server:
        login = ("admin", server.admin_password)
        management = manage(Access("icecast", server.url, *login), Fetcher(LOOPBACK))
        assert list(management.streams()) == []
        source = f"icecast://source:{server.source_password}@127.0.0.1:{server.port}/espn.mp3"
        with Publisher(source, mpegts_clip, folder=tmp_path / "publisher"):
            assert list(management.streams()) == [Stream("espn.mp3", alive=True)]
            url = f"{server.url}/espn.mp3"
            with two_viewers(url, management, site, "client") as session:
                assert management.cut(Watcher("espn.mp3", session)) == "cut"
            assert management.cut(Watcher("espn.mp3", session)) == "had left already"
            assert management.cut(Watcher("gone.mp3", session)) == "had left already"
            assert [finding.ok for finding in management.check()] == [True] * 4
        for wrong in (("admin", "wrong"), ()):
            refused = manage(Access("icecast", server.url, *wrong), Fetcher(LOOPBACK))
            with pytest.raises(LoginRefused, match="401"):
                refused.cut(Watcher("espn.mp3", "1"))
            assert [finding.ok for finding in refused.check()] == [False]
