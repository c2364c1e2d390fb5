"""Real servers give their streams, and cut the one viewer meant and nobody else."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from flask_iptv.fetching import Fetcher
from flask_iptv.management import (
    Access,
    LoginRefused,
    ManagementError,
    Stream,
    Watcher,
    manage,
)
from tests.fetching.failing import LOOPBACK
from tests.management.web_server import Answer, Asked, WebServer
from tests.real.ffmpeg import Publisher
from tests.real.icecast import Icecast
from tests.real.nginx_rtmp import NginxRTMP
from tests.real.node_media_server import NodeMediaServer
from tests.real.players import PlaybackCut, watching
from tests.real.ports import reserved_port

#: Frames that nobody waits for: a viewer who is cut gets fewer.
ENDLESS = 2000

RTMP = """
rtmp {{
    server {{ listen 127.0.0.1:{other}; application empty {{ live on; }} }}
    server {{
        listen 127.0.0.1:{port};
        application live {{ live on; on_play {asked}/play; }}
        application other {{ live on; }}
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


def form(key: str) -> Callable[[Asked], str]:
    """Read a field of what is asked."""
    return lambda asked: parse_qs(asked.body.decode())[key][0]


@contextmanager
def two_viewers(url: str, site: WebServer, id_in: Callable[[Asked], str | None]) -> Iterator[str]:
    """Play a stream twice; the first one must be cut in the block, and the second one not.

    :param id_in: gives the session's id, if there is one in a question.
    """
    site.asked.clear()
    with ExitStack() as playing:
        first = playing.enter_context(watching(url))
        assert next(first)
        second = playing.enter_context(watching(url))
        assert next(second)
        yield next(session for session in map(id_in, site.asked) if session)
        with pytest.raises(PlaybackCut):
            deque(islice(first, ENDLESS), maxlen=0)
        assert next(second)


def test_nginx_rtmp(site: WebServer, tmp_path: Path, mpegts_clip: Path) -> None:
    port, control = reserved_port(), reserved_port()
    management = manage(Access("nginx-rtmp", f"http://127.0.0.1:{control}"), Fetcher(LOOPBACK))
    url, elsewhere = (f"rtmp://127.0.0.1:{port}/{app}/espn" for app in ("live", "other"))
    rtmp = RTMP.format(port=port, other=reserved_port(), asked=site.url)
    http = CONTROL.format(port=control)
    with (
        NginxRTMP(rtmp, site=http, folder=tmp_path / "server", port=port),
        Publisher(url, mpegts_clip, folder=tmp_path / "publisher"),
        Publisher(elsewhere, mpegts_clip, folder=tmp_path / "other"),
        watching(elsewhere) as bystander,
    ):
        streams = [Stream("live/espn", alive=True), Stream("other/espn", alive=True)]
        assert list(management.streams()) == streams
        for stream in ("live/espn", "espn"):
            with two_viewers(url, site, form("clientid")) as session:
                assert management.cut(Watcher("live/other", session)) == "had left already"
                assert management.cut(Watcher(stream, session)) == "cut"
            assert management.cut(Watcher(stream, session)) == "had left already"
            assert next(bystander)
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
            for stream in ("espn.mp3", "espn"):
                with two_viewers(url, site, form("client")) as session:
                    assert management.cut(Watcher("gone", session)) == "had left already"
                    assert management.cut(Watcher(stream, session)) == "cut"
                assert management.cut(Watcher(stream, session)) == "had left already"
            assert [finding.ok for finding in management.check()] == [True] * 4
        for wrong in (("admin", "wrong"), ()):
            refused = manage(Access("icecast", server.url, *wrong), Fetcher(LOOPBACK))
            with pytest.raises(LoginRefused, match="401"):
                refused.cut(Watcher("espn.mp3", "1"))
            assert [finding.ok for finding in refused.check()] == [False]


def played(asked: Asked) -> str | None:
    """Give the id of a session that plays."""
    told = json.loads(asked.body)
    return str(told["id"]) if told["action"] == "postPlay" else None


def test_node_media_server(site: WebServer, tmp_path: Path, mpegts_clip: Path) -> None:
    rtmp, http = reserved_port(), reserved_port()
    users = [{"username": "admin", "password": "s3cret", "role": "admin"}]
    configuration = {
        "bind": "127.0.0.1",
        "rtmp": {"port": rtmp},
        "http": {"port": http},
        "notify": {"url": site.url},
        "auth": {"jwt": {"users": users}},
    }
    text, ports = json.dumps(configuration), {"rtmp_port": rtmp, "http_port": http}
    with NodeMediaServer(text, folder=tmp_path / "server", **ports) as server:
        access, fetcher = Access("node-media-server", server.http_url, "admin"), Fetcher(LOOPBACK)
        management = manage(replace(access, password="s3cret"), fetcher)
        assert list(management.streams()) == []
        url = f"{server.rtmp_url}/live/espn"
        with Publisher(url, mpegts_clip, folder=tmp_path / "publisher"):
            assert list(management.streams()) == [Stream("live/espn", alive=True)]
            # The id is all that counts, so the channel may have any name.
            for stream in ("live/espn", "espn"):
                with two_viewers(url, site, played) as session:
                    assert management.cut(Watcher(stream, session)) == "cut"
                assert management.cut(Watcher(stream, session)) == "had left already"
            assert [finding.ok for finding in management.check()] == [True] * 4
        wrong = manage(replace(access, password="wrong"), fetcher)
        for _ in range(5):
            with pytest.raises(LoginRefused, match="correct name and password"):
                wrong.cut(Watcher("espn", "1"))
        with pytest.raises(ManagementError, match="15 minutes"):
            wrong.cut(Watcher("espn", "1"))
        assert [finding.ok for finding in management.check()][:2] == [True, True]


def test_node_media_server_without_users(tmp_path: Path) -> None:
    rtmp, http = reserved_port(), reserved_port()
    text = json.dumps({"bind": "127.0.0.1", "rtmp": {"port": rtmp}, "http": {"port": http}})
    with NodeMediaServer(text, folder=tmp_path, rtmp_port=rtmp, http_port=http) as server:
        access = Access("node-media-server", server.http_url, "admin", "s3cret")
        with pytest.raises(ManagementError, match=r"a user in 'auth\.jwt'"):
            manage(access, Fetcher(LOOPBACK)).cut(Watcher("espn", "1"))
