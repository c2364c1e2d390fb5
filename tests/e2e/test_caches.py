"""A cache in front of a proxy, configured as its page says, gives nothing to strangers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.e2e.conftest import caddy, nginx
from tests.e2e.documented import configuration
from tests.e2e.provider import Provider, provider
from tests.patience import LIMIT
from tests.real.nginx import Nginx
from tests.real.ports import reserved_port
from tests.real.program import Program
from tests.real.site import serve
from tests.real.traefik import Traefik

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

#: Two caches before one proxy: one that does what it is told, and one that keeps all.
CACHES = """
proxy_cache_path {folder}/obeying keys_zone=obeying:1m;
proxy_cache_path {folder}/greedy keys_zone=greedy:1m;
server {{
    listen 127.0.0.1:{port};
    location / {{
        proxy_pass {media};
        proxy_cache obeying;
        proxy_cache_valid any 10m;
        add_header X-Cache $upstream_cache_status always;
    }}
    location /greedy/ {{
        proxy_pass {media}/;
        proxy_cache greedy;
        proxy_cache_valid 200 10m;
        proxy_ignore_headers Cache-Control Set-Cookie Expires;
        add_header X-Cache $upstream_cache_status always;
    }}
}}
"""

#: What else than ``Cache-Control`` tells caches what to keep, in the name of the one who says it.
TOLD = {
    "Expires": "Thu, 31 Dec 2037 23:55:55 GMT",
    "X-Accel-Expires": "600",
    "Surrogate-Control": "max-age=600",
    "CDN-Cache-Control": "public, max-age=600",
    "Cloudflare-CDN-Cache-Control": "public, max-age=600",
}

Proxy = Callable[[str, str, str, Path, Path], Program]


@dataclass(frozen=True)
class Front:
    """The caches before a proxy.

    :param url: of what viewers see.
    """

    provider: Provider
    url: str


@dataclass(frozen=True)
class Reply:
    """What somebody got, and from where: ``cache`` is ``HIT`` if it was kept.

    :param told: the other headers that tell caches something.
    """

    status: int
    cache: str
    control: list[str]
    told: list[str]
    cookie: str


def traefik(site: str, secret: str, source: str, streams: Path, folder: Path) -> Traefik:
    """Traefik as ``docs/mediaservers/traefik.md`` says."""
    dynamic = configuration(
        "traefik.md",
        "yaml",
        {
            "Host(`media.example`)": "PathPrefix(`/`)",
            "http://127.0.0.1:8000": site,
            "http://127.0.0.1:9000": source,
            "THE-SECRET": secret,
        },
    )
    return Traefik(dynamic, folder=folder / "traefik", port=reserved_port())


def origin(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
    """A streamer that would have everybody keep what it sends."""
    headers = [("Cache-Control", "public, max-age=600"), ("Content-Type", "video/mp2t")]
    start_response("200 OK", [*headers, *TOLD.items()])
    return [b"a segment"]


@pytest.fixture(scope="module", params=[nginx, caddy, traefik], ids=lambda proxy: proxy.__name__)
def front(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Front]:
    """The channel ``ort`` behind a proxy, behind the caches."""
    folder = tmp_path_factory.mktemp("caches")
    streams = folder / "streams"
    (streams / "ort").mkdir(parents=True)
    for name in ("index.m3u8", "1.ts"):
        (streams / "ort" / name).write_text(f"this is {name}")
    port = reserved_port()
    with ExitStack() as running:
        site = running.enter_context(provider(folder / "site", {"ort": None}))
        source = running.enter_context(serve(origin))
        proxy = request.param(site.url, site.secret, source, streams, folder)
        media = running.enter_context(proxy).url
        caches = CACHES.format(folder=folder, port=port, media=media)
        running.enter_context(Nginx(caches, folder=folder / "front", port=port))
        yield Front(site, f"http://127.0.0.1:{port}")


def get(front: Front, path: str, cookie: str = "") -> Reply:
    parts = urlsplit(front.url)
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=LIMIT)
    try:
        connection.request("GET", path, headers={"Cookie": cookie} if cookie else {})
        with connection.getresponse() as response:
            response.read()
            headers = response.headers
            return Reply(
                response.status,
                headers["X-Cache"],
                headers.get_all("Cache-Control") or [],
                [name for name in TOLD if headers.get(name)],
                headers.get("Set-Cookie", "").partition(";")[0],
            )
    finally:
        connection.close()


def test_a_segment_of_a_viewer_is_kept_from_strangers(front: Front) -> None:
    viewer = front.provider.viewer()
    playlist = get(front, f"/ort/index.m3u8?token={viewer.token}")
    assert playlist.status == 200
    assert playlist.cookie
    for _ in range(3):
        segment = get(front, "/ort/1.ts", playlist.cookie)
        assert (segment.status, segment.control, segment.told) == (200, ["private"], [])
        assert segment.cache != "HIT"
    stranger = get(front, "/ort/1.ts")
    assert stranger.status == 403
    assert stranger.cache != "HIT"
    # Nor is a refusal kept for those who may.
    assert get(front, "/ort/1.ts", playlist.cookie).status == 200


def test_what_the_streamer_says_of_caches_does_not_count(front: Front) -> None:
    viewer = front.provider.viewer()
    path = "/ort/mpegts"
    for _ in range(2):
        reply = get(front, f"{path}?token={viewer.token}")
        assert (reply.status, reply.control) == (200, ["private"])
        assert reply.cache != "HIT"
    assert get(front, f"{path}?token=wrong").status == 403


def test_no_header_of_the_streamer_tells_a_cache_to_keep_what_a_cookie_opened(
    front: Front,
) -> None:
    viewer = front.provider.viewer()
    cookie = get(front, f"/ort/index.m3u8?token={viewer.token}").cookie
    reply = get(front, "/ort/mpegts", cookie)
    # Not every cache obeys all of them: the one here knows only two.
    assert (reply.status, reply.told) == (200, [])
    stranger = get(front, "/ort/mpegts")
    assert (stranger.status, stranger.cache) != (200, "HIT")
    assert stranger.status == 403


def test_without_the_header_the_cache_would_give_it_to_everybody(front: Front) -> None:
    viewer = front.provider.viewer()
    cookie = get(front, f"/ort/index.m3u8?token={viewer.token}").cookie
    assert get(front, "/greedy/ort/1.ts", cookie).status == 200
    stranger = get(front, "/greedy/ort/1.ts")
    assert (stranger.status, stranger.cache) == (200, "HIT")


@pytest.mark.parametrize(("language", "takes_away"), [("haproxy", "del-header"), ("vcl", "unset")])
def test_the_lines_for_other_proxies_take_away_the_same(language: str, takes_away: str) -> None:
    lines = configuration("proxies.md", language, {}).splitlines()
    taken = {
        line.rstrip(";").rpartition(".")[2].split()[-1] for line in lines if takes_away in line
    }
    assert taken == set(TOLD)
