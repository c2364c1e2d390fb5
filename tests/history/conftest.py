"""Past sessions for the tests of the history, and databases to write them to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from flask import Flask

from flask_iptv.sessions.store import EndedSession, Ending

NOON = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)


def ended(user_id: int | None = 1, channel_id: int = 1, **more: Any) -> EndedSession:
    """A session of a minute that was opened at noon, unless told otherwise."""
    opened_at = more.pop("opened_at", NOON)
    facts: dict[str, Any] = {
        "address": "192.0.2.1",
        "user_agent": "VLC/3.0",
        "protocol": "hls",
        "ended_at": opened_at + timedelta(minutes=1),
        "ending": Ending.CLOSED,
    }
    return EndedSession(user_id, channel_id, opened_at=opened_at, **facts | more)


@pytest.fixture(params=["sqlite", "postgresql"])
def host(request: pytest.FixtureRequest, make_app: Callable[..., Flask]) -> Flask:
    """An app with nothing in it, on SQLite and on PostgreSQL."""
    url = None if request.param == "sqlite" else request.getfixturevalue("postgresql_tables_url")
    return make_app(url)
