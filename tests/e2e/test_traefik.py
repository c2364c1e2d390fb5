"""Traefik, as its page says, asks the site before it passes a stream on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.broadcast import ESPN, FILM, PHONE
from tests.e2e.documented import configuration
from tests.e2e.provider import Provider, provider
from tests.e2e.source import streamer
from tests.real.nginx import Nginx
from tests.real.players import PlaybackRefused, play_with_pyav, watching
from tests.real.ports import reserved_port
from tests.real.site import serve
from tests.real.traefik import Traefik

PATHS = ["index.m3u8", "mpegts"]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    """The site with the channels ``espn`` and ``film``."""
    folder = tmp_path_factory.mktemp("site")
    with provider(folder, {ESPN: None, FILM: None}) as made:
        yield made


@pytest.fixture(scope="module")
def media(
    site: Provider,
    tmp_path_factory: pytest.TempPathFactory,
    mpegts_clip: Path,
    hls_folder: Path,
) -> Iterator[str]:
    """Base URL of a Traefik before a server that has all channels as HLS and MPEG-TS."""
    folder = tmp_path_factory.mktemp("traefik")
    port, behind = reserved_port(), reserved_port()
    with ExitStack() as running:
        source = running.enter_context(serve(streamer(mpegts_clip)))
        rest = f"location ~ /mpegts$ {{ proxy_pass {source}; proxy_buffering off; }}"
        files = f"location ~ ^/[a-z]+/([^/]+)$ {{ alias {hls_folder}/$1; }}"
        server = f"server {{ listen 127.0.0.1:{behind}; {rest} {files} }}"
        running.enter_context(Nginx(server, folder=folder / "nginx", port=behind))
        dynamic = configuration(
            "traefik.md",
            "yaml",
            {
                "Host(`media.example`)": "Host(`127.0.0.1`)",
                "http://127.0.0.1:8000": site.url,
                "http://127.0.0.1:9000": f"http://127.0.0.1:{behind}",
                "THE-SECRET": site.secret,
            },
        )
        proxy = running.enter_context(Traefik(dynamic, folder=folder / "traefik", port=port))
        yield proxy.url


def status(url: str, **player: Any) -> int:
    """What a player is answered: 200 if it decodes frames of more than one segment."""
    try:
        frames = play_with_pyav(url, frames=30, **player)
    except PlaybackRefused as refused:
        return refused.status
    assert frames == 30
    return 200


@pytest.mark.parametrize("path", PATHS)
def test_only_a_right_token_plays(site: Provider, media: str, path: str) -> None:
    viewer = site.viewer()
    assert status(f"{media}/espn/{path}?token={viewer.token}") == 200
    for wrong in ("wrong", "", viewer.token + "2"):
        assert status(f"{media}/espn/{path}?token={wrong}") == 403


@pytest.mark.parametrize("path", PATHS)
def test_what_a_user_may_not(site: Provider, media: str, path: str) -> None:
    viewer = site.viewer()
    film = f"{media}/film/{path}?token="
    assert status(film + viewer.token) == 403
    assert status(film + site.viewer(packages=None).token) == 200
    for refused, allowed in (
        ({"enabled": False}, {"enabled": True}),
        ({"allowed_networks": ["198.51.100.0/24"]}, {"allowed_networks": ["127.0.0.0/8"]}),
    ):
        site.change(viewer, **refused)
        assert status(f"{media}/espn/{path}?token={viewer.token}") == 403
        site.change(viewer, **allowed)
        assert status(f"{media}/espn/{path}?token={viewer.token}") == 200


@pytest.mark.parametrize("path", PATHS)
def test_one_session_too_many(site: Provider, media: str, path: str) -> None:
    url = f"{media}/espn/{path}?token={site.viewer(max_sessions=1).token}"
    with watching(url, user_agent="tv") as stream:
        assert next(stream)
        assert status(url, **PHONE) == 403
        assert status(url, user_agent="tv") == 200


def test_what_a_viewer_adds_is_not_believed(site: Provider, media: str) -> None:
    viewer = site.viewer()
    others = site.viewer(packages=None)
    mine = {"X-Original-URI": f"/film/mpegts?token={others.token}"}
    assert status(f"{media}/espn/mpegts?token={viewer.token}", headers=mine) == 200
    assert status(f"{media}/film/mpegts?token={viewer.token}", headers=mine) == 403
    mine = {"X-Forwarded-Uri": f"/espn/mpegts?token={viewer.token}"}
    assert status(f"{media}/film/mpegts?token={viewer.token}", headers=mine) == 403
    site.change(viewer, allowed_networks=["198.51.100.0/24"])
    mine = {"X-Forwarded-For": "198.51.100.7", "X-Real-IP": "198.51.100.7"}
    assert status(f"{media}/espn/mpegts?token={viewer.token}", headers=mine) == 403
