"""A meter on each kind of database, and a store that says what it is told to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from flask_iptv import database
from flask_iptv.attendance import Meter
from flask_iptv.connections import Connections
from flask_iptv.errors import Unavailable
from flask_iptv.models import Attendance, Base, Refusals
from flask_iptv.sessions import Selection

NOON = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)


@dataclass
class Crowd:
    """As many sessions as a test says, or a storage that is away."""

    sessions: int | None = 0
    asked: int = 0

    def count(self, wanted: Selection, *, now: datetime) -> int:
        assert wanted == Selection()
        self.asked += 1
        if self.sessions is None:
            raise Unavailable("the session store", "it is away")
        return self.sessions


@dataclass
class Site:
    """A process of the site: its meter, what it measures, and what is in the tables."""

    app: Flask
    crowd: Crowd = field(default_factory=Crowd)

    def __post_init__(self) -> None:
        self.meter = self.another()

    def another(self) -> Meter:
        """The meter of another process on the same database."""
        store: Any = self.crowd
        with self.app.app_context():
            engine = database.current().engine()
        return Meter(Connections(lambda: engine), lambda: store)

    def attendance(self) -> list[tuple[int, int]]:
        """The minutes since noon, and how many sessions were open."""
        return [(minute, sessions) for minute, sessions in self.rows(Attendance)]

    def refusals(self) -> list[tuple[int, str, int]]:
        """The minutes since noon, the reasons, and how many times."""
        return [(minute, reason, times) for minute, reason, times in self.rows(Refusals)]

    def rows(self, model: type[Base]) -> list[tuple[Any, ...]]:
        columns = list(model.__table__.columns)
        noon = int(NOON.timestamp()) // 60
        with self.app.app_context():
            rows = database.session().execute(sa.select(*columns).order_by(*columns)).all()
            database.session().rollback()
        return [(minute - noon, *rest) for minute, *rest in rows]


@pytest.fixture(params=["sqlite", "postgresql"])
def host(request: pytest.FixtureRequest, make_app: Callable[..., Flask]) -> Flask:
    """An app with nothing in it, on SQLite and on PostgreSQL."""
    url = None if request.param == "sqlite" else request.getfixturevalue("postgresql_tables_url")
    return make_app(url)


@pytest.fixture
def site(host: Flask) -> Site:
    """A site where nobody watches."""
    return Site(host)
