"""A viewer whose user is disabled is cut by the real server, because the site tells it to."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from flask_iptv import channels, cuts, database, servers
from tests.e2e.broadcast import ENDLESS, ESPN, Broadcast
from tests.e2e.documented import configuration
from tests.e2e.provider import Provider, provider
from tests.real.icecast import Icecast
from tests.real.nginx_rtmp import NginxRTMP
from tests.real.node_media_server import NodeMediaServer
from tests.real.players import PlaybackCut
from tests.real.ports import reserved_port
from tests.real.program import Program

#: By the names without the application or the format: the servers know other ones.
CHANNELS: dict[str, str | None] = {"espn": "espn-key", "film": "film-key"}

Estate = tuple[Program, list[Broadcast]]


def register(site: Provider, kind: servers.ServerKind, api_url: str, **login: Any) -> None:
    """Tell the site what the server is and where its API is."""
    with site.app.app_context():
        servers.create(name="media", kind=kind, url=api_url, api_url=api_url, **login)
        for name in CHANNELS:
            channels.update(channels.get(name), server="media")
        database.session().commit()


def nginx_rtmp(site: Provider, folder: Path) -> Estate:
    """nginx-rtmp, which asks again only after the test is over."""
    port, control = reserved_port(), f"127.0.0.1:{reserved_port()}"
    addresses = {"http://127.0.0.1:8000": site.url, "THE-SECRET": site.secret}
    rtmp = configuration(
        "nginx-rtmp.md",
        "nginx",
        {
            **addresses,
            "listen 1935": f"listen 127.0.0.1:{port}",
            "notify_update_timeout 30s": "notify_update_timeout 1h",
        },
    )
    http = configuration("nginx-rtmp.md", "nginx control", {"127.0.0.1:8081": control})
    register(site, "nginx-rtmp", f"http://{control}")
    url = f"rtmp://127.0.0.1:{port}/live/{{}}?token={{}}".format
    leaves = ("call=play_done&", "&addr=127.0.0.1&")
    made = Broadcast(site, play_url=url, publish_url=url, asks=("call=play&",), leaves=leaves)
    return NginxRTMP(rtmp, site=http, folder=folder / "server", port=port), [made]


def icecast(site: Provider, folder: Path) -> Estate:
    """Icecast, which never asks again."""
    addresses = {"http://127.0.0.1:8000": site.url, "THE-SECRET": site.secret}
    mounts = configuration("icecast.md", "xml", addresses)
    program = Icecast(mounts, folder=folder / "server", port=reserved_port())
    host = program.url.removeprefix("http://")
    login = {"api_username": "admin", "api_password": program.admin_password}
    register(site, "icecast", program.url, **login)
    made = Broadcast(
        site,
        play_url=lambda channel, token: f"http://{host}/{channel}.mp3?token={token}",
        publish_url=lambda channel, key: f"icecast://source:{key}@{host}/{channel}.mp3",
        asks=("action=listener_add&",),
        leaves=("action=listener_remove&", "&ip=127.0.0.1&"),
    )
    return program, [made]


def node_media_server(site: Provider, folder: Path) -> Estate:
    """node-media-server, which never asks again, and both ways to play from it."""
    rtmp, http = reserved_port(), reserved_port()
    addresses = {
        "0.0.0.0": "127.0.0.1",
        "1935": str(rtmp),
        "8080": str(http),
        "http://127.0.0.1:8000": site.url,
        "THE-SECRET": site.secret,
    }
    settings = json.loads(configuration("node-media-server.md", "json", addresses))
    users = configuration("node-media-server.md", "json api", {"THE-PASSWORD": "pass word"})
    program = NodeMediaServer(
        json.dumps(settings | json.loads(users)),
        folder=folder / "server",
        rtmp_port=rtmp,
        http_port=http,
    )
    login = {"api_username": "flask-iptv", "api_password": "pass word"}
    register(site, "node-media-server", program.http_url, **login)
    url = (program.rtmp_url + "/live/{}?token={}").format
    leaves = ('"donePlay"', '"ip":"127.0.0.1:')
    # The viewer's session is known by its id only once the server has told it.
    made = Broadcast(site, play_url=url, publish_url=url, asks=('"postPlay"',), leaves=leaves)
    return program, [
        made,
        replace(made, play_url=(program.http_url + "/live/{}.flv?token={}").format),
    ]


@pytest.fixture(params=[nginx_rtmp, icecast, node_media_server], ids=lambda make: make.__name__)
def broadcasts(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    mpegts_clip: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[list[Broadcast]]:
    """The ways to play from one server, which the site may tell what to do."""
    monkeypatch.setenv("FLASK_IPTV_FETCH_NETWORKS", '["127.0.0.0/8"]')
    make: Callable[[Provider, Path], Estate] = request.param
    with provider(tmp_path / "instance", CHANNELS) as site:
        program, made = make(site, tmp_path)
        with program, made[0].on_air(mpegts_clip, tmp_path):
            yield made


def plays_on(stream: Iterator[Any]) -> bool:
    """Whether a stream goes on for much longer than a cut may take."""
    try:
        return sum(1 for _ in islice(stream, ENDLESS)) == ENDLESS
    except PlaybackCut:
        return False


def test_a_disabled_user_is_cut_and_nobody_else(broadcasts: list[Broadcast]) -> None:
    for broadcast in broadcasts:
        site = broadcast.provider
        viewer, other = site.viewer(), site.viewer()
        with ExitStack() as playing:
            untouched = playing.enter_context(broadcast.watching(ESPN, other))
            with broadcast.watching(ESPN, viewer) as stream:
                assert next(stream)
                with site.hears(*broadcast.leaves, viewer.token):
                    site.change(viewer, enabled=False)
                    assert not plays_on(stream)
            assert next(untouched)
            # The server says so only now: it has not hung up on this one before.
            with site.hears(*broadcast.leaves, other.token):
                playing.close()
        # Waits for the thread that has told the server to write down what came of it.
        site.app.extensions["iptv"].close()
        with site.app.app_context():
            [cut] = [cut for cut in cuts.page().items if cut.user == viewer.name]
            assert all(cut.user != other.name for cut in cuts.page().items)
        assert (cut.done, cut.outcome, cut.channel, cut.attempts) == (True, "cut", "espn", 1)
