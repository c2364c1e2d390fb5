"""How long ``import flask_iptv`` takes when its dependencies are there already."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence

from ..arena import Arena
from ..figures import Result, Row, Series, Skipped, at_most
from ..machine import pinned

ROWS = (Row("import", "import of `flask_iptv` beyond its dependencies", at_most(30), "ms"),)

_OTHERS = """
import sys, flask_iptv
print(" ".join(name for name in sys.modules
               if name.partition(".")[0] not in ("flask_iptv", "__main__", "__mp_main__")))
"""
_TIMED = """
import importlib, sys, time
for name in sys.argv[1:]:
    try:
        importlib.import_module(name)
    except ImportError:
        pass
began = time.perf_counter()
import flask_iptv
print(time.perf_counter() - began)
"""


def measure(arena: Arena, wanted: Sequence[Row]) -> Iterator[Result | Skipped]:
    """Fill the line."""
    others = _run(_OTHERS).split()
    with pinned(arena.cores.server):
        taken = [1000 * float(_run(_TIMED, *others)) for _ in range(1 + 2 * arena.rounds)][1:]
    yield Result(ROWS[0], Series(taken, "ms"))


def _run(source: str, *words: str) -> str:
    command = [sys.executable, "-c", source, *words]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
