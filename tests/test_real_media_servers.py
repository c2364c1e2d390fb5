"""Each media server that is no Python package comes up, takes a stream, plays it and goes."""

from __future__ import annotations

import json
import subprocess
from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.real import ffmpeg, kept
from tests.real.ffmpeg import Publisher, publish_until_cut
from tests.real.icecast import Icecast
from tests.real.nginx_rtmp import NginxRTMP
from tests.real.node_media_server import NodeMediaServer
from tests.real.players import PlaybackCut, PlaybackRefused, play_with_pyav, watching
from tests.real.ports import answers, reserved_port
from tests.real.program import ProgramError
from tests.real.site import serve
from tests.real.traefik import Traefik

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


def nginx_rtmp(folder: Path) -> NginxRTMP:
    """Give an nginx that plays what is published as ``live/…``, and refuses all of ``closed/…``."""
    port = reserved_port()
    closed = "application closed { live on; deny publish all; deny play all; }"
    rtmp = f"server {{ listen 127.0.0.1:{port}; application live {{ live on; }} {closed} }}"
    return NginxRTMP(f"rtmp {{ {rtmp} }}", folder=folder, port=port)


def node_media_server(folder: Path) -> NodeMediaServer:
    """Give a node-media-server that asks nobody."""
    rtmp, http = reserved_port(), reserved_port()
    configuration = {"bind": "127.0.0.1", "rtmp": {"port": rtmp}, "http": {"port": http}}
    return NodeMediaServer(json.dumps(configuration), folder=folder, rtmp_port=rtmp, http_port=http)


def test_nginx_rtmp_plays_what_is_published(tmp_path: Path, mpegts_clip: Path) -> None:
    with nginx_rtmp(tmp_path / "server") as server:
        with Publisher(f"{server.url}/live/espn", mpegts_clip, folder=tmp_path / "publisher"):
            assert play_with_pyav(f"{server.url}/live/espn") == 10
        publish_until_cut(f"{server.url}/closed/espn", mpegts_clip)
        with pytest.raises(PlaybackCut):
            play_with_pyav(f"{server.url}/closed/espn")
    assert not answers(server.port)


def test_a_publisher_that_nobody_takes_shows_its_log(tmp_path: Path, mpegts_clip: Path) -> None:
    url = f"rtmp://127.0.0.1:{reserved_port()}/live/espn"
    publisher = Publisher(url, mpegts_clip, folder=tmp_path)
    with pytest.raises(ProgramError, match=r"(?s)ended with status .* refused"), publisher:
        pytest.fail("it was taken")


def test_a_publisher_that_is_taken_is_not_cut(
    tmp_path: Path, mpegts_clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ffmpeg, "CUT_SECONDS", 0.5)
    with nginx_rtmp(tmp_path) as server, pytest.raises(subprocess.TimeoutExpired):
        publish_until_cut(f"{server.url}/live/espn", mpegts_clip)


def test_icecast_plays_what_is_published(tmp_path: Path, mpegts_clip: Path) -> None:
    port = reserved_port()
    with Icecast("", folder=tmp_path / "server", port=port) as server:
        password = server.source_password
        source = f"icecast://source:{password}@127.0.0.1:{port}/espn.mp3"
        with Publisher(source, mpegts_clip, folder=tmp_path / "publisher"):
            assert play_with_pyav(f"{server.url}/espn.mp3") == 10
        publish_until_cut(source.replace(password, "wrong"), mpegts_clip)
        with pytest.raises(PlaybackRefused) as refused:
            play_with_pyav(f"{server.url}/nothing.mp3")
    assert refused.value.status == 404
    assert not answers(port)


@pytest.mark.parametrize("over", ["rtmp", "http"])
def test_node_media_server_plays_what_is_published(
    over: str, tmp_path: Path, mpegts_clip: Path
) -> None:
    with node_media_server(tmp_path / "server") as server:
        published = f"{server.rtmp_url}/live/espn"
        played = published if over == "rtmp" else f"{server.http_url}/live/espn.flv"
        with (
            Publisher(published, mpegts_clip, folder=tmp_path / "publisher"),
            watching(played) as stream,
        ):
            assert next(stream)
            server.stop()
            # Over HTTP a stream that is cut is one that ends.
            with suppress(PlaybackCut) if over == "http" else pytest.raises(PlaybackCut):
                deque(stream, maxlen=0)
    assert not any(map(answers, server.ports))


def test_a_player_comes_from_the_address_it_is_told(mpegts_clip: Path) -> None:
    heard = []

    def station(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        heard.append(environ["REMOTE_ADDR"])
        start_response("200 OK", [("Content-Type", "video/mp2t")])
        return [mpegts_clip.read_bytes()]

    with serve(station) as url:
        assert play_with_pyav(f"{url}/clip.ts", address="127.0.0.2") == 10
    assert set(heard) == {"127.0.0.2"}


def test_traefik_passes_on_what_it_is_told(tmp_path: Path, mpegts_clip: Path) -> None:
    def station(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Type", "video/mp2t")])
        return [mpegts_clip.read_bytes()]

    with serve(station) as url:
        dynamic = {
            "routers": {"site": {"rule": "PathPrefix(`/open`)", "service": "station"}},
            "services": {"station": {"loadBalancer": {"servers": [{"url": url}]}}},
        }
        port = reserved_port()
        with Traefik(json.dumps({"http": dynamic}), folder=tmp_path, port=port) as proxy:
            assert play_with_pyav(f"{proxy.url}/open/clip.ts") == 10
            with pytest.raises(PlaybackRefused) as refused:
                play_with_pyav(f"{proxy.url}/clip.ts")
    assert refused.value.status == 404
    assert not answers(port)


def test_a_folder_is_filled_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "FOLDER", tmp_path / "real")
    filled = []

    def fill(folder: Path) -> None:
        filled.append(folder)
        (folder / "program").touch()

    for _ in range(2):
        folder = kept.kept("editor", "The editor", fill)
    assert (folder / "program").exists()
    assert len(filled) == 1


def test_a_folder_that_could_not_be_filled_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "FOLDER", tmp_path)
    monkeypatch.setenv("CI", "true")

    def fill(folder: Path) -> None:
        (folder / "half").touch()
        kept.fetch("The editor", "false", folder=folder)

    with pytest.raises(pytest.fail.Exception, match=r"^The editor can't be used here: false: "):
        kept.kept("editor", "The editor", fill)
    assert [path.name for path in tmp_path.iterdir()] == ["lock"]
