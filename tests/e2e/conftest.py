"""A whole estate: the example site, a streamer, and a real proxy that asks before it plays."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import ProxyHandler, build_opener

import pytest
from flask import Flask

from example_app import create_app
from flask_iptv import channels, database, packages, servers, users
from tests.e2e.documented import configuration
from tests.e2e.source import streamer
from tests.real.caddy import Caddy
from tests.real.ffmpeg import LiveHLS
from tests.real.nginx import Nginx
from tests.real.players import channels_in
from tests.real.ports import reserved_port
from tests.real.site import serve

_DIRECT = build_opener(ProxyHandler({}))


@dataclass(frozen=True)
class Estate:
    """What a test needs of it.

    :param site: base URL of the site.
    :param media: base URL of the proxy that has the streams.
    """

    app: Flask
    site: str
    media: str

    def playlist(self, name: str, token: str, output: str) -> dict[str, str]:
        """The URL of each channel that a user's exported playlist has, by title."""
        url = f"{self.site}/tv/playlists/{name}.m3u?token={token}&output={output}"
        with _DIRECT.open(url) as response:
            return channels_in(response.read().decode())

    def change(self, name: str, **fields: Any) -> None:
        """Change a user as an administrator would."""
        with self.app.app_context():
            users.update(users.by_name(name), **fields)
            database.session().commit()


def nginx(site: str, secret: str, source: str, streams: Path, folder: Path) -> Nginx:
    """nginx as ``docs/mediaservers/nginx.md`` says."""
    port = reserved_port()
    text = configuration(
        "nginx.md",
        "nginx",
        {
            "listen 80": f"listen 127.0.0.1:{port}",
            "http://127.0.0.1:8000": site,
            "http://127.0.0.1:9000": source,
            "/srv/streams": str(streams),
            "THE-SECRET": secret,
        },
    )
    return Nginx(text, folder=folder / "nginx", port=port)


def caddy(site: str, secret: str, source: str, streams: Path, folder: Path) -> Caddy:
    """Caddy as ``docs/mediaservers/caddy.md`` says."""
    port = reserved_port()
    text = configuration(
        "caddy.md",
        "caddyfile",
        {
            "http://media.example": f"http://127.0.0.1:{port}",
            "127.0.0.1:8000": site.removeprefix("http://"),
            "127.0.0.1:9000": source.removeprefix("http://"),
            "/srv/streams": str(streams),
            "THE-SECRET": secret,
        },
    )
    return Caddy(text, folder=folder / "caddy", port=port)


@pytest.fixture(scope="package")
def source(mpegts_clip: Path) -> Iterator[str]:
    """Give the base URL of a streamer, which knows nobody and plays for everybody."""
    with serve(streamer(mpegts_clip)) as url:
        yield url


@pytest.fixture(scope="package")
def streams(tmp_path_factory: pytest.TempPathFactory, mpegts_clip: Path) -> Iterator[Path]:
    """Give a folder with the channels' live streams, from which a proxy serves files."""
    folder = tmp_path_factory.mktemp("streams")
    with LiveHLS(folder / "ort", mpegts_clip), LiveHLS(folder / "sport" / "espn hd", mpegts_clip):
        yield folder


@pytest.fixture(params=[nginx, caddy], ids=lambda proxy: proxy.__name__)
def estate(
    request: pytest.FixtureRequest, tmp_path: Path, source: str, streams: Path
) -> Iterator[Estate]:
    """The channels ``ort`` and ``sport/espn hd``, live, and the users ``bob`` and ``eve``.

    ``bob`` (token ``bobs-token``) has the package ``basic`` of ``ort`` and may watch on one
    device; ``eve`` (token ``eves-token``) may watch everything on any number.
    """
    app = create_app(tmp_path / "instance")
    with ExitStack() as running:
        site = running.enter_context(serve(app))
        secret = app.config["IPTV_AUTH_SECRET"]
        proxy = request.param(site, secret, source, streams, tmp_path)
        media = running.enter_context(proxy).url
        _fill(app, media)
        yield Estate(app, site, media)
    app.extensions["iptv"].close()
    with app.app_context():
        app.extensions["sqlalchemy"].engine.dispose()


def _fill(app: Flask, media: str) -> None:
    with app.app_context():
        servers.create(name="media", url=media, securetoken_keys=["signing"])
        channels.create(name="ort", title="ORT", server="media")
        channels.create(name="sport/espn hd", title="ESPN HD", server="media")
        packages.create(name="basic", channels=["ort"])
        users.create(name="bob", key="bobs-token", packages=["basic"], max_sessions=1)
        users.create(name="eve", key="eves-token")
        database.session().commit()
