"""Rows that may be there already are written in one statement wherever there is one for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import mysql

from flask_iptv import upserts
from flask_iptv.models import Attendance, Refusals

ATTENDANCE, REFUSALS = (cast(sa.Table, model.__table__) for model in (Attendance, Refusals))


@pytest.fixture
def connection() -> Iterator[sa.Connection]:
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection:
        for table in (ATTENDANCE, REFUSALS):
            table.create(connection)
        yield connection
    engine.dispose()


@pytest.mark.parametrize("name", ["mysql", "mariadb"])
def test_mysql_and_mariadb_have_statements_of_their_own(name: str) -> None:
    adding, missing = upserts.adding(name, REFUSALS, ["times"]), upserts.inserting(name, ATTENDANCE)
    assert adding is not None
    said = str(adding.compile(dialect=mysql.dialect()))
    assert "ON DUPLICATE KEY UPDATE times = (iptv_refusals.times + VALUES(times))" in said
    assert missing is not None
    assert "INSERT IGNORE INTO iptv_attendance" in str(missing.compile(dialect=mysql.dialect()))


@pytest.mark.parametrize("has_statement", [True, False])
def test_numbers_are_added_and_what_is_there_stays(
    connection: sa.Connection, monkeypatch: pytest.MonkeyPatch, has_statement: bool
) -> None:
    if not has_statement:
        for name in ("adding", "inserting"):
            monkeypatch.setattr(upserts, name, lambda *args: None)
    rows = [{"minute": 1, "reason": reason, "times": 2} for reason in ("a", "b")]
    upserts.add_up(connection, REFUSALS, rows, ["times"])
    upserts.add_up(connection, REFUSALS, [rows[1] | {"times": 5}], ["times"])
    assert [tuple(row) for row in connection.execute(sa.select(REFUSALS))] == [
        (1, "a", 2),
        (1, "b", 7),
    ]
    for sessions in (3, 4):
        upserts.add_missing(connection, ATTENDANCE, {"minute": 1, "sessions": sessions})
    assert connection.execute(sa.select(ATTENDANCE)).all() == [(1, 3)]


def test_other_databases_have_none() -> None:
    assert upserts.adding("oracle", REFUSALS, ["times"]) is None
    assert upserts.inserting("oracle", ATTENDANCE) is None
