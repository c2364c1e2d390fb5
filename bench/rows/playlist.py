"""A playlist of 10,000 channels: how long it takes to make, and to send."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from time import perf_counter

from flask import Flask

from flask_iptv import database, users

from .. import sites
from ..arena import Arena, in_turn
from ..figures import Result, Row, Series, Skipped, at_least, at_most, compared
from ..machine import pinned
from ..wsgi import environ, run

ROWS = (
    Row("playlist", "playlist of 10,000 channels, warm, by WSGI ÷ plain join of the same lines",
        at_most(1)),
    Row("sending", "playlist of 10,000 channels over HTTP ÷ a bytes body of its size",
        at_least(2.5)),
)  # fmt: skip
_CHANNELS = 10_000
#: Playlists that are sent in one turn.
_SENT = 10
_NAME, _KEY = "whole-lineup", "the-token-of-the-whole-lineup"
_PATH = f"/tv/playlists/{_NAME}.m3u?token={_KEY}"


def measure(arena: Arena, wanted: Sequence[Row]) -> Iterator[Result | Skipped]:
    """Fill the lines."""
    folder = arena.site(1000, 1000 if arena.quick else _CHANNELS)
    app = sites.iptv(folder, {})
    with app.app_context():
        # A user without packages may watch everything.
        users.create(name=_NAME, key=_KEY)
        database.session().commit()
    content = _read(app)
    for row in wanted:
        if row.name == "playlist":
            yield _making(arena, row, app, content)
    app.extensions["iptv"].close()
    for row in wanted:
        if row.name == "sending":
            yield _sending(arena, row, folder, content)


def _read(app: Flask) -> bytes:
    response = app.test_client().get(_PATH)
    content: bytes = response.data
    response.close()
    return content


def _making(arena: Arena, row: Row, app: Flask, content: bytes) -> Result:
    # Each user's has another token, so it can't be one text; in memory are the lines without it.
    lines = [line.split(_KEY) for line in content.decode().splitlines(keepends=True)]
    asked = environ(_PATH)

    def join() -> int:
        return len("".join([_KEY.join(parts) for parts in lines]).encode())

    with pinned(arena.cores.server):
        values = in_turn(
            2 * arena.rounds,
            _timed(lambda: run(app, asked)),
            _timed(join),
        )
    made, joined = (Series(taken, "ms") for taken in values)
    return compared(row, made, joined, f"{len(content) / 1e6:.1f} MB in {len(lines):,} lines")


def _timed(work: Callable[[], int]) -> Callable[[], float]:
    def batch() -> float:
        began = perf_counter()
        for _ in range(5):
            work()
        return 1e3 * (perf_counter() - began) / 5

    return batch


def _sending(arena: Arena, row: Row, folder: Path, content: bytes) -> Result:
    (folder / sites.BODY).write_bytes(content)
    paths = arena.paths("playlist", [_PATH])
    with ExitStack() as stack:
        ours, peer = (
            stack.enter_context(arena.contender(name, name, folder, paths))
            for name in ("iptv", "body")
        )
        values = in_turn(
            arena.rounds,
            lambda: ours.asked_each([_PATH] * _SENT, connections=1).rate,
            lambda: peer.asked_each([_PATH] * _SENT, connections=1).rate,
        )
    sent, body = (Series(rates, "playlists/s") for rates in values)
    return compared(row, sent, body)
