"""``flask iptv serve``: the site as a process that many media servers ask, and that ends well."""

from __future__ import annotations

import os
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

from tests.cli.runner import iptv, refusal
from tests.patience import LIMIT
from tests.real.ports import LOOPBACK, answers
from tests.real.program import Program

SITE = """
from flask import Flask
from flask_iptv import IPTV, channels, database, servers, users

app = Flask(__name__, instance_path={folder!r})
app.config["IPTV_AUTH_SECRET"] = "only-for-tests"
app.register_blueprint(IPTV(), url_prefix="/tv")
app.register_blueprint(IPTV(name="second"), url_prefix="/club/tv")
with app.app_context():
    servers.create(name="main", url="https://media.example")
    channels.create(name="ort", title="ORT", server="main")
    users.create(name="bob", key="bobs-token")
    database.session().commit()
"""
ROOT = Path(__file__).resolve().parents[2]
QUESTION = "?name=ort&ip=192.0.2.7&token=bobs-token&secret=only-for-tests"
#: More than waitress answers at the same time unless it is told to.
CONNECTIONS = 300


class ServedSite(Program):
    """``flask iptv serve`` on any port, serving once the ``with`` block is entered.

    :param folder: where the site is put.
    """

    def __init__(self, folder: Path) -> None:
        (folder / "television.py").write_text(SITE.format(folder=str(folder)))
        log = folder / "television.log"
        super().__init__(
            [*[sys.executable, "-m", "flask", "--app", "television"], "iptv", "serve", "--port=0"],
            log=log,
            folder=folder,
            ready=lambda: "Ctrl+C stops it." in log.read_text(),
            environment={"PATH": os.environ.get("PATH", os.defpath), "PYTHONPATH": str(ROOT)},
        )

    @property
    def url(self) -> str:
        """Where it says that it is, without a slash at its end."""
        found = re.match(r"Serving (http://\S+)/\n", self.output)
        assert found, self.output
        return found[1]

    def end(self, number: signal.Signals) -> int:
        """Send a signal, wait for the end and give the status that it ended with."""
        assert self._process is not None
        self._process.send_signal(number)
        return self._process.wait(LIMIT)


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
