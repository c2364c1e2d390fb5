"""The example site finds a place to listen, or says in a sentence why there is none."""

from __future__ import annotations

import socket
from pathlib import Path

import click
import pytest
from flask.cli import ScriptInfo

from example_app import database, serving
from tests.real.ports import LOOPBACK


@pytest.fixture(autouse=True)
def _no_wishes(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOST", "PORT"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("host", "port", "message"),
    [
        ("", "http", "HOST=127.0.0.1 PORT=http can't be used: a port is a number from 0"),
        ("", "70000", "HOST=127.0.0.1 PORT=70000 can't be used: a port is"),
        ("", "-1", "PORT=-1 can't be used: a port is"),
        ("192.0.2.1", "0", "HOST=192.0.2.1 PORT=0 can't be used: "),
        ("192.0.2.1", "", "HOST=192.0.2.1 PORT=8000 can't be used: "),
        ("0.0.0.0", "", "the playlists need the one that viewers reach it by"),
        ("::", "0", "the playlists need the one that viewers reach it by"),
    ],
)
def test_a_place_that_can_not_be_had_is_named(
    monkeypatch: pytest.MonkeyPatch, host: str, port: str, message: str
) -> None:
    monkeypatch.setenv("HOST", host)
    monkeypatch.setenv("PORT", port)
    with pytest.raises(click.ClickException, match=message):
        serving.site_listener()


def test_a_port_that_was_asked_for_is_never_exchanged(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server((LOOPBACK, 0)) as other:
        port = other.getsockname()[1]
        monkeypatch.setenv("PORT", str(port))
        with pytest.raises(click.ClickException, match=f"PORT={port} can't be used"):
            serving.site_listener()
    with serving.site_listener() as listener:
        assert serving.url(listener) == f"http://{LOOPBACK}:{port}"


def test_without_a_wish_the_next_free_port_is_taken(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server((LOOPBACK, 0)) as other:
        taken = other.getsockname()[1]
        monkeypatch.setattr(serving, "PORT", taken)
        with serving.site_listener() as listener:
            host, port = listener.getsockname()
    assert host == LOOPBACK
    assert taken < port < taken + serving.PORTS
    told = f"Port {taken} is taken, so the site is on port {port}.\n"
    assert capsys.readouterr().out == told


def test_ports_end_somewhere() -> None:
    def taken(port: int) -> None:
        tried.append(port)
        raise OSError(98, "Address already in use")

    tried: list[int] = []
    with pytest.raises(click.ClickException, match="No port from 65530 on is free"):
        serving.on_free_port(65_530, taken)
    assert tried == list(range(65_530, 65_536))


def test_one_folder_is_for_one_site_at_a_time(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    refused = pytest.raises(click.ClickException, match="Harbour TV runs already with")
    with serving.alone(folder), refused, serving.alone(folder):
        pytest.fail("two sites have the same folder")
    with serving.alone(folder):
        pass


def test_the_commands_of_flask_find_the_site(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXAMPLE_INSTANCE", str(tmp_path / "instance"))
    monkeypatch.setenv("FLASK_IPTV_AUTH_DURATION", "7")
    app = ScriptInfo("example_app").load_app()
    assert app.config["IPTV_AUTH_DURATION"] == 7
    assert Path(app.instance_path) == tmp_path / "instance"
    assert "iptv.auth" in app.view_functions
    with app.app_context():
        database.db.engine.dispose()


def test_a_damaged_lock_is_none_that_somebody_has(tmp_path: Path) -> None:
    lock = tmp_path / "running.lock"
    lock.write_bytes(b"this is a text and no database" * 300)
    with serving.alone(tmp_path):
        lock.write_bytes(b"and again" * 300)
        with pytest.raises(click.ClickException, match="runs already"), serving.alone(tmp_path):
            pass
    lock.unlink()
    lock.mkdir()
    with pytest.raises(OSError, match="can't be locked"), serving.alone(tmp_path):
        pass
