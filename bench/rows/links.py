"""Signed links: how much more than the hash itself it costs to sign and to verify one."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta, timezone
from time import perf_counter

from flask_iptv import securetoken

from ..arena import Arena, in_turn
from ..figures import Result, Row, Series, Skipped, at_most, compared
from ..machine import pinned

ROWS = (
    Row("sign", "securetoken: sign ÷ bare SHA-1 of the same text", at_most(3.2)),
    Row("verify", "securetoken: verify ÷ bare SHA-1 of the same text", at_most(3)),
)
_BATCH = 5000
_NAME, _IP, _KEY = "sport/espn", "203.0.113.7", "a-key-of-24-characters-xx"


def measure(arena: Arena, wanted: Sequence[Row]) -> Iterator[Result | Skipped]:
    """Fill the lines, all in the same rounds."""
    starts_at = datetime(2027, 1, 31, 18, tzinfo=timezone.utc)
    ends_at = starts_at + timedelta(hours=3)

    def sign() -> str:
        return securetoken.sign(name=_NAME, ip=_IP, starts_at=starts_at, ends_at=ends_at, key=_KEY)

    token = sign()
    _, salt, end, start = token.split("-")

    def verify() -> None:
        securetoken.verify(token, name=_NAME, ip=_IP, keys=[_KEY], now=starts_at)

    def bare() -> str:
        text = _NAME + _IP + start + end + _KEY + salt
        return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()

    with pinned(arena.cores.server):
        values = in_turn(2 * arena.rounds, *map(_timed, (sign, verify, bare)))
    signed, verified, hashed = (Series(taken, "µs") for taken in values)
    for row in wanted:
        yield compared(row, {"sign": signed, "verify": verified}[row.name], hashed)


def _timed(work: Callable[[], object]) -> Callable[[], float]:
    def batch() -> float:
        began = perf_counter()
        for _ in range(_BATCH):
            work()
        return 1e6 * (perf_counter() - began) / _BATCH

    return batch
