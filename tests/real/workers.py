"""Several processes of the site that run the same script and are told lines."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


class Workers:
    """The processes; made by :func:`working`."""

    def __init__(self, processes: list[subprocess.Popen[str]]) -> None:
        self._processes = processes

    def tell(self, line: str) -> None:
        """Write each of them a line, which its script reads from the standard input."""
        for process in self._processes:
            print(line, file=process.stdin, flush=True)

    def say(self) -> list[str]:
        """The next line that each of them prints; empty if it has ended."""
        return [_line(process) for process in self._processes]


@contextmanager
def working(script: str, arguments: Iterable[str]) -> Iterator[Workers]:
    """Start a process with each of the arguments, and end them all.

    :param script: Python; to end, it need only reach the end of its standard input.
    """
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", script, argument],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for argument in arguments
    ]
    try:
        yield Workers(processes)
    finally:
        for process in processes:
            process.communicate()


def _line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().rstrip("\n")
