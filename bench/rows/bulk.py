"""How long viewers wait while an administrator changes 50,000 users in one transaction."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from .. import provider
from ..arena import Arena, in_turn
from ..figures import Result, Row, Series, Skipped, at_most, compared
from ..machine import pinned

ROWS = (Row("bulk", "p99 during an administrator's bulk write ÷ idle", at_most(1.3)),)


def measure(arena: Arena, wanted: Sequence[Row]) -> Iterator[Result | Skipped]:
    """Fill the line."""
    folder = arena.site(arena.users)
    viewers = list(provider.viewers(arena.users, arena.users // 50))
    paths = arena.paths("bulk", (viewer.update() for viewer in viewers))
    with arena.contender("bulk", "iptv", folder, paths) as site:
        site.asked_each([viewer.opening() for viewer in viewers])

        def idle() -> float:
            return site.asked_for(arena.seconds)[0].slow

        def written_to() -> float:
            with _writer(arena, folder):
                return site.asked_for(arena.seconds)[0].slow

        slow, quiet = in_turn(arena.rounds, written_to, idle)
    notes = "the writer is a process of its own beside the load generator, with the lowest priority"
    yield compared(ROWS[0], Series(slow, "ms"), Series(quiet, "ms"), notes)


@contextmanager
def _writer(arena: Arena, folder: Path) -> Iterator[None]:
    """Another process that changes 50,000 users again and again, each time in one transaction."""
    command = [sys.executable, "-m", "bench.writer", str(folder)]
    with pinned(arena.cores.other):
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    if process.stdin is None or process.stdout is None:
        raise AssertionError("it was given pipes")
    # It says so when it has begun.
    process.stdout.readline()
    try:
        yield
    finally:
        process.stdin.close()
        process.wait(60)
        process.stdout.close()
