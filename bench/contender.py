"""A site that is compared: a process of its own, asked while all others stand still."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from typing_extensions import Self

from . import machine
from .figures import Unmeasured
from .load import Load, WrongAnswer, ask_each, ask_for


class NotStarted(Unmeasured):
    """A site did not come up; the message holds the last line of its log."""


@dataclass
class Contender:
    """A site that is measured; it runs while the ``with`` block does, and only when asked.

    :param name: of the contender.
    :param site: one of :mod:`bench.sites`.
    :param folder: its own.
    :param paths: a file with the paths that it is asked for.
    :param config: of the site.
    """

    name: str
    site: str
    folder: Path
    paths: Path
    config: dict[str, Any] = field(default_factory=dict)
    cores: machine.Cores = field(default_factory=machine.Cores)
    port: int = 0

    def __enter__(self) -> Self:
        command = [
            *(sys.executable, "-m", "bench.sites", self.site, str(self.folder)),
            *(json.dumps(sorted(self.cores.server)), json.dumps(self.config)),
        ]
        with self._log.open("wb") as errors:
            self._process = subprocess.Popen(
                command, stdout=subprocess.PIPE, stderr=errors, stdin=subprocess.DEVNULL
            )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            self.__exit__()
            raise NotStarted(f"it did not start: {self._last_words()}")
        self.port = int(line)
        self._pause()
        return self

    def __exit__(self, *error: object) -> None:
        self._go_on()
        self._process.terminate()
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()

    @property
    def _log(self) -> Path:
        return self.folder / f"{self.name}.log"

    def _last_words(self) -> str:
        lines = self._log.read_text(errors="replace").strip().splitlines()
        return lines[-1][:300] if lines else "nothing in its log"

    @property
    def pid(self) -> int:
        """Its process."""
        return self._process.pid

    def _pause(self) -> None:
        # What stands still takes nothing from the others.
        os.kill(self.pid, signal.SIGSTOP)

    def _go_on(self) -> None:
        if self._process.poll() is None:
            os.kill(self.pid, signal.SIGCONT)

    @contextmanager
    def _running(self) -> Iterator[None]:
        self._go_on()
        try:
            yield
        except WrongAnswer as error:
            raise WrongAnswer(f"{error}; its log: {self._last_words()}") from None
        finally:
            self._pause()

    def asked_each(self, paths: Sequence[str], **options: Any) -> Load:
        """Ask it for each of these once.

        :raises WrongAnswer: an answer was not 200; the message holds the last line of its log.
        """
        with self._running():
            return ask_each(self.port, paths, **options)

    def asked_for(self, seconds: float, **options: Any) -> tuple[Load, float | None]:
        """Ask it for a while.

        :returns: what it did, and the CPU time per answer in microseconds.
        :raises WrongAnswer: as :meth:`asked_each`.
        """
        with self._running():
            before = machine.cpu_seconds(self.pid)
            done = ask_for(seconds, self.port, self.paths, **options)
            after = machine.cpu_seconds(self.pid)
        if before is None or after is None:
            return done, None
        return done, 1e6 * (after - before) / done.answers
