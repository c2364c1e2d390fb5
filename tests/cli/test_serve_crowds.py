"""``flask iptv serve`` answers whoever comes, whatever others leave open, send or do not take."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from flask_iptv.serving import BODY, CannotServe, files
from tests.cli.served import QUESTION, ServedSite
from tests.patience import LIMIT
from tests.real.program import ProgramError

#: So few that a test can take them all.
FILES = 200
HELD = 2 * files.connections_of(FILES, 8)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedSite]:
    with ServedSite(tmp_path_factory.mktemp("served"), files=FILES) as running:
        yield running


def client(site: ServedSite, address: str) -> socket.socket:
    """A connection from an address of this machine."""
    parts = urlsplit(site.url)
    place = (parts.hostname or "", parts.port or 0)
    return socket.create_connection(place, timeout=LIMIT, source_address=(address, 0))


def ask(connection: socket.socket) -> bytes:
    connection.sendall(f"GET /tv/auth{QUESTION} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    return connection.recv(4096)[:15]


@pytest.mark.parametrize("begun", [b"", b"GET /tv/auth HTTP/1.1\r\nX-Slow: "])
def test_idle_connections_of_one_client_keep_nobody_out(site: ServedSite, begun: bytes) -> None:
    with ExitStack() as opened:
        media_server = opened.enter_context(client(site, "127.0.0.2"))
        assert ask(media_server) == b"HTTP/1.1 200 OK"
        for _ in range(HELD):
            opened.enter_context(client(site, "127.0.0.3")).sendall(begun)
        for address in ("127.0.0.4", "127.0.0.3"):
            with client(site, address) as newcomer:
                assert ask(newcomer) == b"HTTP/1.1 200 OK"
        # It was open before all of them, and has asked least of all in this while.
        assert ask(media_server) == b"HTTP/1.1 200 OK"


def test_a_proxy_may_have_all_connections(site: ServedSite) -> None:
    with ExitStack() as opened:
        mine = [opened.enter_context(client(site, "127.0.0.1")) for _ in range(HELD // 2 - 5)]
        for _ in range(2):
            assert {ask(connection) for connection in mine} == {b"HTTP/1.1 200 OK"}


def send(site: ServedSite, size: int, *, chunked: bool) -> HTTPResponse:
    """Send a body of zeros whole, as clients do, and give the answer."""
    connection = HTTPConnection(urlsplit(site.url).netloc, timeout=LIMIT)
    part = bytes(1024 * 1024)
    body = (part for _ in range(size // len(part)))
    headers = {} if chunked else {"Content-Length": str(size)}
    connection.request("POST", "/tv/auth", body, headers, encode_chunked=chunked)
    return connection.getresponse()


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_that_is_too_large_is_refused_in_a_sentence(site: ServedSite, chunked: bool) -> None:
    answer = send(site, 60 * 1024 * 1024, chunked=chunked)
    assert answer.status == 413
    assert f"This site takes at most {BODY} bytes" in answer.read().decode()


def test_too_few_files_are_said_and_nothing_is_served(tmp_path: Path) -> None:
    with pytest.raises(ProgramError) as failure, ServedSite(tmp_path, files=100):
        pytest.fail("it serves")
    assert "ended with status 1" in str(failure.value)
    said = (tmp_path / "television.log").read_text()
    assert said.startswith("Error: this process may have 100 files open, and serving with 8")
    assert "ulimit -n 4096" in said
    assert "Serving" not in said


@pytest.mark.parametrize(
    ("found", "threads", "most"),
    [(None, 8, 2000), (10**6, 8, 2000), (1024, 8, 600), (154, 8, 20), (1024, 100, 109)],
)
def test_connections_are_as_many_as_files_allow(
    monkeypatch: pytest.MonkeyPatch, found: int | None, threads: int, most: int
) -> None:
    monkeypatch.setattr(files, "_claimed", lambda wanted: found)
    assert files.connections(threads) == most


@pytest.mark.parametrize(("found", "threads"), [(0, 8), (123, 8), (153, 8), (1024, 200)])
def test_files_that_do_not_suffice_are_refused(
    monkeypatch: pytest.MonkeyPatch, found: int, threads: int
) -> None:
    monkeypatch.setattr(files, "_claimed", lambda wanted: found)
    with pytest.raises(CannotServe, match=f"may have {found} files open") as refused:
        files.connections(threads)
    assert ("--threads" in str(refused.value)) == (threads > 8)
