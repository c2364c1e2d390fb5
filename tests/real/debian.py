"""Programs of Debian's packages: those of the system, or unpacked into a folder of their own."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from tests.real import missing
from tests.real.kept import fetch, kept


class Debian:
    """The files of some packages.

    Packages that are not installed are unpacked, with those that they need: that takes no rights
    and starts no service.

    :param part: what to report as missing when they can't be had.
    :param packages: their names.
    """

    def __init__(self, part: str, *packages: str) -> None:
        self._part = part
        self._packages = packages
        self._root = Path("/") if self._installed() else kept("-".join(packages), part, self._fill)

    def file(self, path: str) -> Path:
        """Give where a file of the packages lies.

        :param path: its path in the package, such as ``usr/bin/icecast2``.
        """
        file = self._root / path
        # A package may be installed while another one, which it is needed with, is unpacked.
        if not file.exists():
            file = Path("/", path)
        if not file.exists():
            missing(self._part, f"{file} is in none of Debian's packages {self._packages}")
        return file

    def environment(self) -> dict[str, str]:
        """The environment in which the programs find their libraries."""
        environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}
        if self._root != Path("/"):
            folders = [*self._root.glob("usr/lib/*-linux-*"), *self._root.glob("lib/*-linux-*")]
            environment["LD_LIBRARY_PATH"] = ":".join(map(str, folders))
        return environment

    def _installed(self) -> bool:
        if shutil.which("dpkg-query") is None:
            return False
        query = ["dpkg-query", "--show", "--showformat=${db:Status-Status} ", *self._packages]
        done = subprocess.run(query, check=False, capture_output=True, text=True)
        return done.returncode == 0 and set(done.stdout.split()) == {"installed"}

    def _fill(self, folder: Path) -> None:
        if shutil.which("apt-get") is None or shutil.which("dpkg") is None:
            missing(
                self._part, f"it comes from Debian's packages {self._packages}; there's no apt-get"
            )
        simulation = ("install", "--simulate", "--no-install-recommends", *self._packages)
        if os.geteuid() == 0:
            # The lists are missing in a fresh container, or name versions that are gone. If this
            # fails they may still do.
            subprocess.run(["apt-get", "update"], check=False, capture_output=True)
        plan = fetch(self._part, "apt-get", *simulation, folder=folder)
        wanted = re.findall(r"^Inst (\S+)", plan, re.MULTILINE)
        fetch(self._part, "apt-get", "download", *wanted, folder=folder)
        for file in folder.glob("*.deb"):
            fetch(self._part, "dpkg", "--extract", file, folder, folder=folder)
            file.unlink()
