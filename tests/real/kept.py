"""Folders of programs that are fetched once and kept beside what pip has installed."""

from __future__ import annotations

import fcntl
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.real import missing

FOLDER = Path(sys.prefix) / "real"
"""Goes when the virtual environment goes."""

FETCH_SECONDS = 300


def kept(name: str, part: str, fill: Callable[[Path], None]) -> Path:
    """Give a folder that is filled at most once, also by several test processes at a time.

    :param name: the folder's name.
    :param part: what to report as missing when the folder can't be made.
    :param fill: fills an empty folder; what it made of it is thrown away if it raises.
    """
    folder = FOLDER / name
    if folder.is_dir():
        return folder
    try:
        FOLDER.mkdir(parents=True, exist_ok=True)
        with (FOLDER / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not folder.is_dir():
                _fill(folder, fill)
    except OSError as error:
        missing(part, f"it is kept in {folder}, which can't be made: {error}")
    return folder


def fetch(part: str, *command: str | Path, folder: Path) -> str:
    """Run a command that fetches something, and give what it prints.

    :param part: what to report as missing when the command fails.
    :param command: the program and its arguments.
    :param folder: its working folder.
    """
    words = [str(word) for word in command]
    try:
        done = subprocess.run(
            words,
            check=True,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=FETCH_SECONDS,
            text=True,
        )
    except (OSError, subprocess.SubprocessError) as error:
        said = getattr(error, "stdout", None) or ""
        missing(part, f"{' '.join(words)}: {error}\n{said}")
    return done.stdout


def _fill(folder: Path, fill: Callable[[Path], None]) -> None:
    with tempfile.TemporaryDirectory(dir=FOLDER) as made:
        filling = Path(made) / folder.name
        filling.mkdir()
        fill(filling)
        # At once, so that whoever sees it without the lock sees all of it.
        filling.rename(folder)
