"""A foreign viewer's question to other backends, and what they say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

from flask_iptv.authorization import Play
from flask_iptv.authorization.upstreams import Upstreams, Verdict
from flask_iptv.errors import Unavailable
from tests.patience import LIMIT

NOW = datetime(2026, 6, 1, 12, tzinfo=timezone.utc)
PLAY = Play("foreign-token", "ort", address="192.0.2.1", user_agent="tv")
#: Seconds of a test in which they must not pass.
LONG = float(LIMIT)

Make = Callable[..., Upstreams]


def ask(upstreams: Upstreams, after: float = 0, **fields: Any) -> Verdict | str:
    play = PLAY._replace(**fields)
    try:
        return upstreams.ask(play, play.stream or "", NOW + timedelta(seconds=after))
    except Unavailable:
        return "unavailable"


def says(upstreams: Upstreams, after: float = 0, **fields: Any) -> str:
    verdict = ask(upstreams, after, **fields)
    if isinstance(verdict, str):
        return verdict
    return "allowed" if verdict.allowed else "denied"
