"""The API and the admin pages: what the login costs, and what a million users cost."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from time import perf_counter

from flask import Flask
from werkzeug.security import generate_password_hash

from flask_iptv.api import gate

from .. import sites
from ..arena import Arena, in_turn
from ..figures import Result, Row, Series, Skipped, at_most, compared
from ..machine import pinned
from ..wsgi import environ, run

ROWS = (
    Row("login", "API: list of 100 users with a login ÷ without the password's check",
        at_most(1.3)),
    Row("users-page", "admin page of users, at 1 M users ÷ at 1 k", at_most(2)),
    Row("users-api", "API: 100 users, at 1 M users ÷ at 1 k", at_most(2)),
)  # fmt: skip
_PASSWORD = "correct horse"
_LIST, _PAGE = "/tv/api/users?limit=100", "/tv/admin/users"
_BATCH = 20


def measure(arena: Arena, wanted: Sequence[Row]) -> Iterator[Result | Skipped]:
    """Fill the lines, all in the same rounds."""
    config = {"IPTV_ADMIN_PASSWORD_HASH": generate_password_hash(_PASSWORD)}
    large, small = (sites.iptv(arena.site(users), config) for users in (arena.users, 1000))
    asked = (
        _timed(small, _LIST),
        _without_check(_timed(small, _LIST)),
        _timed(large, _LIST),
        _timed(small, _PAGE),
        _timed(large, _PAGE),
    )
    with pinned(arena.cores.server):
        values = in_turn(arena.rounds, *asked)
    for app in (large, small):
        app.extensions["iptv"].close()
    listed, unchecked, many_listed, page, many_page = (Series(taken, "ms") for taken in values)
    pairs = {
        "login": (listed, unchecked),
        "users-page": (many_page, page),
        "users-api": (many_listed, listed),
    }
    for row in wanted:
        yield compared(row, *pairs[row.name])


def _timed(app: Flask, path: str) -> Callable[[], float]:
    login = b64encode(f"admin:{_PASSWORD}".encode()).decode()
    asked = environ(path, Authorization=f"Basic {login}")

    def batch() -> float:
        began = perf_counter()
        for _ in range(_BATCH):
            run(app, asked)
        return 1e3 * (perf_counter() - began) / _BATCH

    return batch


def _without_check(batch: Callable[[], float]) -> Callable[[], float]:
    """The same where whoever says a name is believed."""

    def unchecked() -> float:
        verify = gate._auth.verify_password_callback
        gate._auth.verify_password(lambda name, password: name)
        try:
            return batch()
        finally:
            gate._auth.verify_password(verify)

    return unchecked
