"""Each real part comes up, does its work and goes."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.request import urlopen

import pytest
from sqlalchemy import create_engine, inspect, text

from tests.patience import LIMIT
from tests.real import missing, program
from tests.real.caddy import Caddy
from tests.real.mariadb import mariadb_server
from tests.real.nginx import Nginx
from tests.real.players import PlaybackRefused, channels_in, play_with_pyav, play_with_streamlink
from tests.real.ports import answers, reserved_port
from tests.real.postgresql import PostgreSQL, postgresql_server
from tests.real.program import Program, ProgramError
from tests.real.site import serve

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


def nginx_serving(files: Path, folder: Path) -> Nginx:
    """Give an nginx that serves ``files``, and 403 below ``/refused/``."""
    port = reserved_port()
    site = f"listen 127.0.0.1:{port}; root {files}; location /refused/ {{ return 403; }}"
    return Nginx(f"server {{ {site} }}", folder=folder, port=port)


def caddy_serving(files: Path, folder: Path) -> Caddy:
    """Give a Caddy that serves ``files``, and 403 below ``/refused/``."""
    port = reserved_port()
    site = f"root * {files}\nrespond /refused/* 403\nfile_server"
    return Caddy(f"http://127.0.0.1:{port} {{\n{site}\n}}\n", folder=folder, port=port)


STUBBORN = """
import signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("up", flush=True)
signal.pause()
"""
WEB_SERVERS = pytest.mark.parametrize("serving", [nginx_serving, caddy_serving])
PLAYERS = pytest.mark.parametrize("play", [play_with_pyav, play_with_streamlink])


def test_postgresql_says_its_version(postgresql_url: str) -> None:
    engine = create_engine(postgresql_url)
    with engine.connect() as connection:
        assert str(connection.scalar(text("SELECT version()"))).startswith("PostgreSQL ")
    engine.dispose()


def test_every_postgresql_database_is_empty(postgresql: PostgreSQL) -> None:
    for _ in range(2):
        url = postgresql.create_database()
        engine = create_engine(url)
        with engine.begin() as connection:
            assert inspect(connection).get_table_names() == []
            connection.execute(text("CREATE TABLE visitors (name text)"))
        engine.dispose()
        postgresql.drop_database(url)


def test_postgresql_goes_with_its_folder() -> None:
    with postgresql_server() as server:
        assert server.answers()
    assert not server.answers()
    assert not server.socket_folder.exists()


def test_mariadb_goes_with_its_folder() -> None:
    with mariadb_server() as server:
        url = server.create_database()
        engine = create_engine(url)
        with engine.connect() as connection:
            assert "MariaDB" in str(connection.scalar(text("SELECT version()")))
        engine.dispose()
        server.drop_database(url)
    assert not server.answers()
    assert not server.socket.parent.exists()


@WEB_SERVERS
def test_a_web_server_serves_a_file_and_goes(
    serving: Callable[[Path, Path], Nginx | Caddy], tmp_path: Path
) -> None:
    files = tmp_path / "files"
    files.mkdir()
    (files / "hello.txt").write_text("hello")
    with (
        serving(files, tmp_path / "server") as server,
        urlopen(f"{server.url}/hello.txt", timeout=LIMIT) as response,
    ):
        assert response.read() == b"hello"
    assert not answers(server.port)


@WEB_SERVERS
def test_a_web_server_is_stopped_when_the_test_fails(
    serving: Callable[[Path, Path], Nginx | Caddy], tmp_path: Path
) -> None:
    server = serving(tmp_path, tmp_path / "server")
    with pytest.raises(ZeroDivisionError), server:
        1 / 0  # noqa: B018
    assert not answers(server.port)


@pytest.mark.parametrize("web_server", [Nginx, Caddy])
def test_a_server_that_does_not_come_up_shows_its_log(
    web_server: type[Nginx | Caddy], tmp_path: Path
) -> None:
    port = reserved_port()
    site = f"http://127.0.0.1:{port} {{\n no_such_directive\n}}\n"
    server = web_server(site, folder=tmp_path, port=port)
    with pytest.raises(ProgramError, match=r"ended with status 1; its log:\n.*directive"), server:
        pytest.fail("it came up")


def test_a_program_that_does_not_want_to_end_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(program, "STOP_SECONDS", 0.05)
    log = tmp_path / "log"
    with Program(
        [sys.executable, "-c", STUBBORN],
        log=log,
        folder=tmp_path,
        ready=lambda: "up" in log.read_text(),
    ) as stubborn:
        process = stubborn._process
        assert process is not None
    assert process.returncode == -signal.SIGKILL


@PLAYERS
def test_a_player_that_gets_the_playlist_but_no_segments_fails(
    play: Callable[[str], int | bytes], hls_folder: Path, tmp_path: Path
) -> None:
    port = reserved_port()
    site = f"listen 127.0.0.1:{port}; root {hls_folder}; location ~ ts$ {{ return 403; }}"
    with (
        Nginx(f"server {{ {site} }}", folder=tmp_path, port=port) as server,
        pytest.raises((PlaybackRefused, ValueError)),
    ):
        play(f"{server.url}/index.m3u8")


@PLAYERS
def test_a_player_calls_itself_what_it_is_told(
    play: Callable[..., int | bytes], mpegts_clip: Path
) -> None:
    heard = []

    def station(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        heard.append(environ["HTTP_USER_AGENT"])
        start_response("200 OK", [("Content-Type", "video/mp2t")])
        return [mpegts_clip.read_bytes()]

    with serve(station) as url:
        assert play(f"{url}/clip.ts", user_agent="Sofa/1.0")
    assert set(heard) == {"Sofa/1.0"}


def test_a_site_closes_while_it_still_answers_someone() -> None:
    def endless(_: WSGIEnvironment, start_response: StartResponse) -> Iterator[bytes]:
        start_response("200 OK", [("Content-Type", "text/plain")])
        while True:
            yield b"still here\n" * 1000

    with serve(endless) as url:
        response = urlopen(url, timeout=LIMIT)
        assert response.readline() == b"still here\n"
    with response:
        assert not answers(int(url.rpartition(":")[2]))


def test_channels_are_read_from_a_playlist() -> None:
    playlist = (
        '#EXTM3U x-tvg-url="http://site/epg.xml"\n'
        '#EXTINF:-1 tvg-name="One, two" group-title="News",One\n'
        "#EXTVLCOPT:http-user-agent=Sofa\n"
        "http://media/one/index.m3u8?token=T\n"
        "#EXTINF:-1,Two, the second\n"
        "http://media/two/mpegts\n"
    )
    assert channels_in(playlist) == {
        "One": "http://media/one/index.m3u8?token=T",
        "Two, the second": "http://media/two/mpegts",
    }


@pytest.mark.parametrize(
    ("ci", "outcome"), [("true", pytest.fail.Exception), ("", pytest.skip.Exception)]
)
def test_a_missing_part_fails_in_ci_and_is_skipped_elsewhere(
    ci: str, outcome: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", ci)
    with pytest.raises((pytest.fail.Exception, pytest.skip.Exception)) as raised:
        missing("A unicorn", "there are none")
    assert raised.type is outcome
    assert str(raised.value) == "A unicorn can't be used here: there are none"
