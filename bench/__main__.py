"""``python -m bench``, which is ``make bench``: measure every line of the table, in one run."""

from __future__ import annotations

import argparse
import logging
import signal
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timezone
from pathlib import Path
from types import ModuleType
from typing import Any

from . import load, machine, report
from .arena import Arena
from .figures import Result, Row, Skipped, Unmeasured
from .rows import bulk, decision, exchange, imports, links, pages, php, playlist, throughput

MEASURED: Sequence[ModuleType] = (
    *(throughput, php, decision, bulk, playlist),
    *(links, exchange, pages, imports),
)
RESULTS = Path(__file__).with_name("results")


def main() -> None:
    """Called by the terminal."""
    names = [row.name for row in every_row()]
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument(
        "--only", action="append", choices=names, metavar="ROW",
        help=f"fill this line only, may be repeated; writes no file: {', '.join(names)}",
    )  # fmt: skip
    parser.add_argument(
        "--quick", action="store_true",
        help="fewer users and rounds, to see that it works; writes no file",
    )  # fmt: skip
    given = parser.parse_args()
    # However it is told to end, it ends the servers that it has started.
    for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, signal.default_int_handler)
    # The measured sites answer anybody, which they would warn of.
    logging.getLogger("flask_iptv").setLevel(logging.ERROR)
    began = time.monotonic()
    facts: dict[str, Any] = {"date": f"{datetime.now(timezone.utc):%Y-%m-%d %H:%M} UTC"}
    facts |= machine.facts() | {"load before": machine.load()}
    with tempfile.TemporaryDirectory(prefix="iptv-bench-") as folder:
        arena = Arena(Path(folder), quick=given.quick)
        outcomes = list(measured(arena, given.only or names))
    facts |= {
        "load after": machine.load(),
        "pinned": arena.cores.told,
        "load generator": load.generator(),
        "users": f"{arena.users:,}",
        "rounds": f"{arena.rounds} of {arena.seconds} s for each contender",
        "took": f"{time.monotonic() - began:.0f} s",
    }
    print(f"\n{report.plain(outcomes, facts)}")
    if not given.only and not given.quick:
        report.write(RESULTS, outcomes, facts)


def every_row() -> Iterator[Row]:
    """The lines of the table, in order."""
    for module in MEASURED:
        yield from module.ROWS


def measured(arena: Arena, names: Sequence[str]) -> Iterator[Result | Skipped]:
    """Fill the lines of these names."""
    for module in MEASURED:
        wanted = [row for row in module.ROWS if row.name in names]
        if wanted:
            arena.say(f"measuring {', '.join(row.name for row in wanted)}")
            filled = set()
            try:
                for outcome in module.measure(arena, wanted):
                    filled.add(outcome.row)
                    yield outcome
            except Unmeasured as error:
                why = " ".join(str(error).split())[:300]
                yield from (Skipped(row, why) for row in wanted if row not in filled)


if __name__ == "__main__":
    main()
