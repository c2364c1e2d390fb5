"""The servers that most Flask sites are served with, gunicorn and uWSGI, with several processes."""

from __future__ import annotations

import os
import re
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.real.ports import LOOPBACK
from tests.real.program import Program

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
PROCESSES = 3

GUNICORN = (BIN / "gunicorn", "--workers", f"{PROCESSES}", "--bind", f"{LOOPBACK}:0")
#: As docs/embedding.md says.
UWSGI = (
    *(BIN / "uwsgi", "--master", "--processes", f"{PROCESSES}", "--enable-threads"),
    *(
        "--disable-logging",
        "--http-socket",
        f"{LOOPBACK}:0",
        "--die-on-term",
        "--buffer-size",
        "32768",
    ),
)

_LISTENS = (
    r"(?:Listening at:|bound to TCP address|Serving(?: on)?|Running on) (?:http://)?[\d.]+:(\d+)"
)
WAITRESS = (BIN / "waitress-serve", "--listen", f"{LOOPBACK}:0")
FLASK = (sys.executable, "-m", "flask", "--app", "television", "run", "--port", "0")
#: Ours, which knows that it is alone.
SERVE = (sys.executable, "-m", "flask", "--app", "television", "iptv", "serve", "--port", "0")


class WSGIServer(Program):
    """One of those servers with the ``app`` of ``television.py`` in a folder.

    :param command: the program with its options.
    :param settings: for the environment.
    """

    def __init__(
        self, folder: Path, *command: str | Path, settings: Mapping[str, str] | None = None
    ) -> None:
        name = Path(command[0]).name
        log = folder / f"{name}.log"
        words = {
            "gunicorn": ["television:app"],
            "waitress-serve": ["television:app"],
            "uwsgi": ["--module", "television:app", "--virtualenv", sys.prefix],
        }
        super().__init__(
            [*command, *words.get(name, [])],
            log=log,
            folder=folder,
            ready=lambda: self._port is not None,
            environment={
                "PATH": os.environ.get("PATH", os.defpath),
                "PYTHONPATH": os.pathsep.join([str(folder), str(ROOT)]),
                **(settings or {}),
            },
            stop_signal=signal.SIGTERM,
            told_once="",
        )

    @property
    def _port(self) -> str | None:
        found = re.search(_LISTENS, self.output)
        return found and found[1]

    @property
    def url(self) -> str:
        """Where it listens, without a slash at its end."""
        return f"http://{LOOPBACK}:{self._port}"
