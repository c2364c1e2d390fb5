"""``flask iptv serve``: the site as a process that many media servers ask, and that ends well."""

from __future__ import annotations

import re
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from flask import Flask

from flask_iptv import serving
from tests.cli.runner import iptv, refusal
from tests.cli.served import QUESTION, ServedSite
from tests.patience import LIMIT
from tests.real.ports import LOOPBACK, answers

#: More than waitress answers at the same time unless it is told to.
CONNECTIONS = 300


@pytest.fixture
def site(tmp_path: Path) -> Iterator[ServedSite]:
    with ServedSite(tmp_path) as running:
        yield running


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_answers_where_it_says_and_ends_when_told(
    site: ServedSite, number: signal.Signals
) -> None:
    asked = re.findall(r"media servers ask +(\S+)", site.output)
    assert [url.removeprefix(site.url) for url in asked] == ["/tv/auth", "/club/tv/auth"]
    for url in asked:
        with urlopen(url + QUESTION, timeout=LIMIT) as answer:
            assert answer.status == 200
    pages = re.findall(r"admin pages +(\S+)", site.output)
    assert [url.removeprefix(site.url) for url in pages] == ["/tv/admin/", "/club/tv/admin/"]
    port = urlsplit(site.url).port
    assert port is not None
    told = site.output
    assert site.end(number) == 0
    assert site.output == told + "Stopped.\n"
    assert not answers(port)


def test_hundreds_of_connections_stay_open_and_are_all_answered(site: ServedSite) -> None:
    told = site.output
    parts = urlsplit(site.url)
    place = (LOOPBACK, parts.port or 0)
    line = f"GET /tv/auth{QUESTION} HTTP/1.1\r\nHost: {parts.netloc}\r\n\r\n".encode()
    with ExitStack() as opened:
        connections = [
            opened.enter_context(socket.create_connection(place, timeout=LIMIT))
            for _ in range(CONNECTIONS)
        ]
        for _ in range(2):
            for connection in connections:
                connection.sendall(line)
            answered = [connection.recv(4096)[:15] for connection in connections]
            assert answered == [b"HTTP/1.1 200 OK"] * CONNECTIONS
        assert site.end(signal.SIGTERM) == 0
    assert site.output == told + "Stopped.\n"


def test_an_address_that_can_not_be_had_is_said_in_a_sentence(app: Flask) -> None:
    with socket.create_server((LOOPBACK, 0)) as other:
        port = str(other.getsockname()[1])
        said = refusal(iptv(app, "serve", "--port", port))
    assert said.startswith(f"Error: 127.0.0.1 port {port} can't be had: Address already in use")
    assert "choose others with --host and --port" in said
    assert said.count("\n") == 1
    said = refusal(iptv(app, "serve", "--host", "192.0.2.1", "--port", "0"))
    assert said.startswith("Error: 192.0.2.1 port 0 can't be had: ")


def test_a_port_that_is_for_root_is_said(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(host: str, port: int) -> socket.socket:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(serving, "listen", refuse)
    said = refusal(iptv(app, "serve", "--port", "80"))
    assert said == (
        "Error: 127.0.0.1 port 80 can't be had: Permission denied; ports below 1024 are for root: "
        "take one above, and a proxy in front of it\n"
    )


def test_without_waitress_it_says_what_to_install(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "waitress", None)
    result = iptv(app, "serve", "--port", "0")
    assert result.exit_code == 1
    assert result.stderr == (
        "Error: this needs waitress; install it with: pip install 'flask-iptv[serve]'\n"
    )


def test_what_the_extension_has_open_is_closed_at_the_end(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed: list[Flask] = []
    state = app.extensions["iptv"]
    monkeypatch.setattr(type(state), "close", lambda self: closed.append(app), raising=False)

    def ends_at_once(*arguments: object, **options: object) -> None:
        raise KeyboardInterrupt

    def knows_few_files(*arguments: object, **options: object) -> None:
        pytest.fail("it waits with select(), which takes no file above number 1023")

    monkeypatch.setattr("waitress.wasyncore.poll", knows_few_files)
    monkeypatch.setattr("waitress.wasyncore.poll2", ends_at_once)
    result = iptv(app, "serve", "--port", "0")
    assert result.output.endswith("Stopped.\n")
    assert closed == [app]
