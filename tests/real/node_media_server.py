"""node-media-server from npm, in a folder of its own and in the foreground."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.real import missing
from tests.real.kept import fetch, kept
from tests.real.ports import answers
from tests.real.program import Program

PART = "node-media-server"
PACKAGE = "node-media-server@4"


class NodeMediaServer(Program):
    """node-media-server, which serves once the ``with`` block is entered.

    :param configuration: its ``config.json``, listening on the loopback address and these ports.
    :param folder: an empty or new folder for its configuration, log and history.
    :param rtmp_port: from :func:`~tests.real.ports.reserved_port`, like ``http_port``.
    :param http_port: for HTTP-FLV and its own API.
    """

    def __init__(self, configuration: str, *, folder: Path, rtmp_port: int, http_port: int) -> None:
        self.rtmp_url = f"rtmp://127.0.0.1:{rtmp_port}"
        self.http_url = f"http://127.0.0.1:{http_port}"
        self.ports = (rtmp_port, http_port)
        node, npm = shutil.which("node"), shutil.which("npm")
        if node is None or npm is None:
            missing(PART, "it needs the programs node and npm, 18 or newer")
        installed = kept(PART, PART, lambda empty: _install(npm, empty))
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / "config.json"
        file.write_text(configuration)
        program = installed / "node_modules" / "node-media-server" / "bin" / "app.js"
        super().__init__(
            [node, program, "--config", file],
            log=folder / "node-media-server.log",
            folder=folder,
            ready=lambda: all(map(answers, self.ports)),
        )


def _install(npm: str, folder: Path) -> None:
    quiet = ("--no-audit", "--no-fund", "--no-update-notifier")
    fetch(PART, npm, "install", *quiet, "--prefix", folder, PACKAGE, folder=folder)
