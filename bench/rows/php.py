"""A PHP script with a look-up and an upsert for each question, without a server around it."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator, Sequence
from itertools import cycle, islice
from pathlib import Path
from time import process_time

from .. import provider, sites
from ..arena import Arena, in_turn
from ..figures import Result, Row, Series, Skipped, Unmeasured, at_least, compared
from ..machine import pinned
from ..wsgi import environ, run

ROWS = (
    Row("php", "CPU of a PHP script, look-up and upsert ÷ of the WSGI door in process",
        at_least(3)),
)  # fmt: skip
_SCRIPT = Path(__file__).parents[1] / "question.php"
_BATCH = 2000


def measure(arena: Arena, wanted: Sequence[Row]) -> Iterator[Result | Skipped]:
    """Fill the line."""
    if shutil.which("php") is None:
        yield Skipped(ROWS[0], "PHP is not installed")
        return
    folder = arena.site(arena.users)
    viewers = list(provider.viewers(arena.users, arena.users // 50))
    paths = arena.paths("php", (viewer.update() for viewer in viewers[:_BATCH]))
    app = sites.iptv(folder, {"IPTV_AUTH_DURATION": 3600, "IPTV_SESSION_STORE": "memory:"})
    for viewer in viewers:
        run(app.wsgi_app, environ(viewer.opening()))
    asked = cycle([environ(viewer.update()) for viewer in viewers])

    def ours() -> float:
        given = list(islice(asked, _BATCH))
        began = process_time()
        for one in given:
            run(app.wsgi_app, one)
        return 1e6 * (process_time() - began) / _BATCH

    with pinned(arena.cores.server):
        theirs, own = in_turn(arena.rounds, lambda: _php(folder, paths), ours)
    app.extensions["iptv"].close()
    yield compared(ROWS[0], Series(theirs, "µs"), Series(own, "µs"))


def _php(folder: Path, paths: Path) -> float:
    command = ["php", str(_SCRIPT), str(folder / "iptv.sqlite"), str(paths)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    try:
        return float(done.stdout)
    except ValueError:
        raise Unmeasured(f"PHP can't: {done.stdout}{done.stderr}") from None
