"""Where it is measured: a folder for one run, its databases, and how long everything may take."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from . import provider, sites
from .contender import Contender
from .machine import Cores

T = TypeVar("T")

#: Seconds for which an allow holds at the measured sites, so that no session ends in between.
LEASE = 3600


class Arena:
    """One run.

    :param folder: for this run only.
    :param quick: less of everything, to see that it works; such figures say little.
    """

    def __init__(self, folder: Path, *, quick: bool) -> None:
        self.folder = folder
        self.quick = quick
        self.cores = Cores()
        self.users = 20_000 if quick else 1_000_000
        self.rounds = 1 if quick else 7
        #: Of one turn of one contender; wrk counts whole ones.
        self.seconds = 1 if quick else 2
        self._copies = 0

    def say(self, text: str) -> None:
        """Tell the one who waits what is being done."""
        print(f"  {text}", file=sys.stderr, flush=True)

    def site(self, users: int, channels: int = provider.CHANNELS) -> Path:
        """A folder of its own with a database of its own, of so many users and channels."""
        self._copies += 1
        folder = self.folder / f"site{self._copies}"
        shutil.copytree(self._template(users, channels), folder)
        return folder

    def _template(self, users: int, channels: int) -> Path:
        folder = self.folder / f"template-{users}-{channels}"
        if not folder.exists():
            self.say(f"making a database of {users:,} users and {channels:,} channels")
            folder.mkdir()
            fill = partial(provider.fill, users=users, channels=channels)
            sites.made(folder, {"IPTV_AUTH_SECRET": "x"}, fill)
        return folder

    def paths(self, name: str, paths: Iterable[str]) -> Path:
        """Write a file of paths to ask for."""
        file = self.folder / f"{name}.paths"
        file.write_text("".join(f"{path}\n" for path in paths))
        return file

    def contender(
        self, name: str, site: str, folder: Path, paths: Path, **config: Any
    ) -> Contender:
        """A contender of this run."""
        settings = {"IPTV_AUTH_DURATION": LEASE} if site == "iptv" else {}
        return Contender(name, site, folder, paths, settings | config, self.cores)


def rotated(items: Sequence[T], number: int) -> list[T]:
    """The same in another order in every round, so that none is always behind the same other."""
    turn = number % len(items) if items else 0
    return [*items[turn:], *items[:turn]]


def in_turn(rounds: int, *measured: Callable[[], float]) -> list[list[float]]:
    """Measure several things in turn: one list of values for each."""
    for measure in measured:
        measure()
    values: list[list[float]] = [[] for _ in measured]
    for number in range(rounds):
        for index in rotated(range(len(measured)), number):
            values[index].append(measured[index]())
    return values
