"""The commands as they are typed: ``flask --app … iptv …`` in a process of its own."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tests.patience import LIMIT

SITE = """
from flask import Flask
from flask_iptv import IPTV

app = Flask(__name__, instance_path={folder!r})
app.config["IPTV_PUBLIC_URL"] = "https://tv.example"
app.config["IPTV_AUTH_SECRET"] = "only-for-tests"
app.register_blueprint(IPTV(), url_prefix="/tv")
"""
PLAYLIST = "#EXTM3U\n#EXTINF:-1,ORT\nhttps://media.example/ort/index.m3u8\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a site in it whose database is our own SQLite file."""
    (tmp_path / "television.py").write_text(SITE.format(folder=str(tmp_path)))
    (tmp_path / "list.m3u").write_text(PLAYLIST)
    return tmp_path


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "flask", "--app", "television", "iptv", *words]


def run(folder: Path, *words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*words), cwd=folder, input=typed, capture_output=True, text=True, timeout=LIMIT
    )


def test_a_session_at_the_terminal(folder: Path) -> None:
    upgraded = run(folder, "upgrade")
    assert (upgraded.returncode, upgraded.stderr) == (0, "")
    imported = run(folder, "channels", "import", "-", "--create-servers", typed=PLAYLIST)
    assert imported.stdout.endswith("Channels: 1 added, 0 updated, 0 unchanged.\n")
    added = json.loads(run(folder, "users", "add", "bob", "--json").stdout)
    assert added["playlists"]["hls"].startswith("https://tv.example/tv/playlists/bob.m3u?token=")
    again = run(folder, "users", "add", "bob")
    assert (again.returncode, again.stdout) == (1, "")
    assert again.stderr == (
        "Error: name: another user has the name 'bob'; choose a different one\n"
    )


def test_progress_is_shown_on_a_terminal_only(folder: Path) -> None:
    words = command("channels", "import", "list.m3u", "--create-servers")
    leader, follower = pty.openpty()
    try:
        process = subprocess.run(
            words, cwd=folder, stdout=subprocess.PIPE, stderr=follower, timeout=LIMIT, text=True
        )
        os.close(follower)
        shown = os.read(leader, 10_000).decode()
    finally:
        os.close(leader)
    assert process.stdout.endswith("1 added, 0 updated, 0 unchanged.\n")
    assert "Importing" in shown
    assert run(folder, "channels", "import", "list.m3u").stderr == ""
