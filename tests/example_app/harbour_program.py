"""``python -m example_app`` as somebody types it, and what it prints."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path

from tests.patience import LIMIT
from tests.real.ports import LOOPBACK
from tests.real.program import Program

ROOT = Path(__file__).resolve().parents[2]


def environment(instance: Path, **more: str) -> dict[str, str]:
    """The whole environment of the program: any port, and verdicts that hold a second only."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "PYTHONPATH": str(ROOT),
        "EXAMPLE_INSTANCE": str(instance),
        "PORT": "0",
        "FLASK_IPTV_AUTH_DURATION": "1",
        "FLASK_IPTV_DENY_DURATION": "1",
        **more,
    }


def run(folder: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run the program until it ends by itself."""
    return subprocess.run(
        [sys.executable, "-m", "example_app", *arguments],
        check=False,
        cwd=folder,
        env=environment(folder / "instance", **more),
        capture_output=True,
        text=True,
        timeout=LIMIT,
    )


class HarbourProgram(Program):
    """The site, which serves once the ``with`` block is entered.

    :param folder: its working folder; its instance folder is ``instance`` in there.
    """

    def __init__(self, folder: Path) -> None:
        log = folder / "harbour.log"
        super().__init__(
            [sys.executable, "-m", "example_app"],
            log=log,
            folder=folder,
            ready=lambda: "Ctrl+C stops the site." in log.read_text(),
            environment=environment(folder / "instance"),
            told_once="Ctrl+C stops the site.",
        )

    @property
    def url(self) -> str:
        """Where the site is, without a slash at its end."""
        return self._printed(r"Site +(\S+)/$")

    @property
    def port(self) -> int:
        """The site's port."""
        return int(self.url.rpartition(":")[2])

    @property
    def password(self) -> str:
        """The password of ``admin``, which only a first start prints."""
        return self._printed(r"Password +(\S+)   \(shown only this once\)$")

    @property
    def curl(self) -> list[str]:
        """The words of the line that asks as a media server does."""
        return shlex.split(self._printed(r"(curl .+)$"))

    @property
    def playlists(self) -> dict[str, str]:
        """The addresses of the example's playlists, by the kind of stream."""
        kinds = ("HLS", "MPEG-TS")
        return {kind: self._printed(rf"{kind} +(http://{LOOPBACK}:\S+)$") for kind in kinds}

    @property
    def viewers_page(self) -> str:
        """The address of the page that the example's user gets."""
        return self._printed(rf"(http://{LOOPBACK}:\S+/my/\S+)$")

    def end(self, signal_: signal.Signals) -> int:
        """Send a signal, wait for the end and give the status that the program ended with."""
        assert self._process is not None
        self._process.send_signal(signal_)
        return self._process.wait(LIMIT)

    def _printed(self, pattern: str) -> str:
        found = re.search(rf"^ *{pattern}", self.output, re.MULTILINE)
        assert found, f"there is no {pattern!r} in:\n{self.output}"
        return found[1]
