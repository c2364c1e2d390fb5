"""Users by the thousand: out of the site and into it, per row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import count
from time import perf_counter

from flask import Flask

from flask_iptv import database, users
from flask_iptv.records import MAX_LIMIT

from .. import sites
from ..arena import Arena, in_turn
from ..figures import Result, Row, Series, Skipped, at_most
from ..machine import pinned

ROWS = (
    Row("export", "export of users, per row", at_most(4), "µs"),
    Row("import-users", "import of users, per row", at_most(12), "µs"),
)
_IMPORTED = 200


def measure(arena: Arena, wanted: Sequence[Row]) -> Iterator[Result | Skipped]:
    """Fill the lines."""
    app = sites.iptv(arena.site(20_000), {})
    numbers = count(1)
    verbs: dict[str, tuple[Callable[[], float], str]] = {
        "export": (
            lambda: _walked(app),
            "there is no verb for it yet: this walks through `users.page`",
        ),
        "import-users": (
            lambda: _created(app, numbers),
            "there is no verb for it yet: this calls `users.create` for each",
        ),
    }
    for row in wanted:
        measured, notes = verbs[row.name]
        with pinned(arena.cores.server):
            (values,) = in_turn(arena.rounds, measured)
        yield Result(row, Series(values, "µs"), notes=notes)
    app.extensions["iptv"].close()


def _walked(app: Flask) -> float:
    with app.app_context():
        began = perf_counter()
        rows, cursor = 0, None
        while True:
            part = users.page(limit=MAX_LIMIT, cursor=cursor)
            rows += len(part.items)
            cursor = part.next
            if cursor is None:
                return 1e6 * (perf_counter() - began) / rows


def _created(app: Flask, numbers: Iterator[int]) -> float:
    with app.app_context():
        began = perf_counter()
        for _ in range(_IMPORTED):
            users.create(name=f"imported{next(numbers)}", max_sessions=3, packages=["package1"])
        database.session().commit()
        return 1e6 * (perf_counter() - began) / _IMPORTED
