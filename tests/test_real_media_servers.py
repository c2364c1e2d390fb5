"""What publishes, plays and keeps for the tests of media servers, which start the servers."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.real import ffmpeg, kept
from tests.real.ffmpeg import Publisher, publish_until_cut
from tests.real.nginx_rtmp import NginxRTMP
from tests.real.players import play_with_pyav
from tests.real.ports import reserved_port
from tests.real.program import ProgramError
from tests.real.site import serve

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


def nginx_rtmp(folder: Path) -> NginxRTMP:
    """Give an nginx that takes all that is published as ``live/…``."""
    port = reserved_port()
    rtmp = f"server {{ listen 127.0.0.1:{port}; application live {{ live on; }} }}"
    return NginxRTMP(f"rtmp {{ {rtmp} }}", folder=folder, port=port)


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


def test_a_player_comes_from_the_address_it_is_told(mpegts_clip: Path) -> None:
    heard = []

    def station(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        heard.append(environ["REMOTE_ADDR"])
        start_response("200 OK", [("Content-Type", "video/mp2t")])
        return [mpegts_clip.read_bytes()]

    with serve(station) as url:
        assert play_with_pyav(f"{url}/clip.ts", address="127.0.0.2") == 10
    assert set(heard) == {"127.0.0.2"}


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
