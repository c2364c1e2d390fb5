"""A program that runs beside a test, says why when it doesn't come up, and is surely stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from typing_extensions import Self

from tests.overheard import OVERHEARD
from tests.patience import LIMIT

START_SECONDS = LIMIT
STOP_SECONDS: float = LIMIT


class ProgramError(Exception):
    """A program did not come up, or ended while it was needed; the message holds its log."""


class Program:
    """One child process with its own log file, in a process group of its own.

    :param command: the program and its arguments.
    :param log: the file its output goes to.
    :param folder: its working folder.
    :param ready: says whether it is up; asked again and again until it says yes.
    :param environment: the whole environment of the child; ``None`` gives it ours.
    :param uid: run it as this user and group id; ``None`` runs it as ourselves.
    :param stop_signal: what tells it to end at once but in good order.
    :param told_once: of a site, where its greeting ends; no key may be in its output after that.
    """

    def __init__(
        self,
        command: Sequence[str | Path],
        *,
        log: Path,
        folder: Path,
        ready: Callable[[], bool],
        environment: Mapping[str, str] | None = None,
        uid: int | None = None,
        stop_signal: signal.Signals = signal.SIGTERM,
        told_once: str | None = None,
    ) -> None:
        self.command = [str(word) for word in command]
        self.log = log
        self.folder = folder
        self.environment = environment
        self.uid = uid
        self._ready = ready
        self._stop_signal = stop_signal
        self._told_once = told_once
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        with self.log.open("wb") as output:
            self._process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                env=self.environment,
                user=self.uid,
                group=self.uid,
                extra_groups=None if self.uid is None else [],
                start_new_session=True,
            )
        try:
            self._wait_until_ready(self._process)
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def output(self) -> str:
        """What the program has written so far."""
        return self.log.read_text(errors="replace")

    def stop(self) -> None:
        """End the program and whatever it started; does nothing when it is not running."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.poll() is None:
            process.send_signal(self._stop_signal)
            with suppress(subprocess.TimeoutExpired):
                process.wait(STOP_SECONDS)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self._refuse_keys()

    def _refuse_keys(self) -> None:
        if self._told_once is None:
            return
        told = OVERHEARD.told_by_a_site(self.output[self.output.find(self._told_once) :])
        if told:
            raise ProgramError("a key is in the log:\n" + "\n".join(told))

    def _wait_until_ready(self, process: subprocess.Popen[bytes]) -> None:
        pause = threading.Event()
        deadline = time.monotonic() + START_SECONDS
        while True:
            if process.poll() is not None:
                raise ProgramError(self._failure(f"ended with status {process.returncode}"))
            if self._ready():
                return
            if time.monotonic() > deadline:
                raise ProgramError(self._failure(f"was not ready within {START_SECONDS} seconds"))
            pause.wait(0.02)

    def _failure(self, what: str) -> str:
        return f"{Path(self.command[0]).name} {what}; its log:\n{self.output}"
