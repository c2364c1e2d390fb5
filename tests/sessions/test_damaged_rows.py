"""A damaged row of a session file costs its session, and no other one."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flask_iptv.sessions import Selection
from tests.sessions.home import Home


def rows(path: Path, statement: str, *values: Any) -> None:
    with sqlite3.connect(path) as connection:
        assert connection.execute(statement, values).rowcount > 0
    connection.close()


@pytest.mark.parametrize(
    ("column", "value"),
    [
        *((time, value) for time in ("opened_at", "seen_at", "expires_at")
          for value in ("yesterday", 1.5, -1, 2**62, None, b"x")),
        ("expires_at", 10**15 * 9),
        *(("channel_id", value) for value in ("one", None, 0, 2**40)),
        *(("user_id", value) for value in ("bob", -7, 2**40, None, 1.5)),
        *(("cut_reason", value) for value in (1, "no such reason")),
        *(("bytes", value) for value in ("many", -1, 2**60)),
        ("server_bytes", b"many"),
        ("address", b"\xff\xfe"),
        ("user_agent", b"7"),
        ("protocol", b"x"),
        ("server_session", b"x"),
        ("previous_session", b"\xff"),
        ("id", 2**60),
    ],
)  # fmt: skip
def test_a_damaged_row_costs_its_session_only(
    process: Callable[[], Home],
    file: Path,
    column: str,
    value: object,
    caplog: pytest.LogCaptureFixture,
) -> None:
    before = process()
    before.limit = 3
    before.ask("tv", session="a")
    before.ask("phone", session="b")
    before.store.close()
    rows(file, f"UPDATE slots SET {column} = ? WHERE user_agent = 'tv'", value)

    after = process()
    after.limit = 2
    assert after.ask("radio", session="c") is None
    assert after.ask("fourth", session="d") == "too_many_sessions"
    assert after.open() == [("phone", "one"), ("radio", "one")]
    assert caplog.text.count("1 sessions in") == 1
    after.store.tick(after.now)
    after.store.close()
    # It is said once, since the row is gone.
    caplog.clear()
    again = process()
    assert again.open() == [("phone", "one"), ("radio", "one")]
    assert "damaged" not in caplog.text
    assert not list(file.parent.glob("*.damaged*"))


def test_a_text_that_is_none_costs_its_session_only(
    process: Callable[[], Home], file: Path
) -> None:
    before = process()
    before.limit = 3
    before.ask("tv", session="a")
    before.ask("phone", session="b")
    before.store.close()
    rows(file, "UPDATE slots SET user_agent = CAST(x'ff' AS TEXT) WHERE user_agent = 'tv'")
    assert process().open() == [("phone", "one")]


def test_damaged_orders_askers_and_numbers_are_left_out(
    process: Callable[[], Home], file: Path
) -> None:
    alone = process()
    alone.limit = 2
    alone.ask("tv", session="a")
    alone.store.tick(alone.now)
    for order in (("paint", 1, 1), ("cut", "one", None), ("keep_oldest", 7, "few"), (1, 2, 3)):
        rows(file, "INSERT INTO orders (verb, id, count) VALUES (?, ?, ?)", *order)
    for asker in ((1, "now"), (2, 2**62), (3, -5)):
        rows(file, "INSERT INTO askers VALUES (?, ?)", *asker)
    alone.store.tick(alone.now)
    assert alone.open() == [("tv", "one")]
    assert alone.store.refused_at() is None
    alone.store.close()
    for seq in ("many", 2**62, -9, None):
        rows(file, "UPDATE sqlite_sequence SET seq = ?", seq)
        after = process()
        after.limit = 2
        after.ask("phone", session="b")
        ids = [one.id for one in after.store.select(Selection(), limit=9, now=after.now)]
        assert len(set(ids)) == 2
        after.store.tick(after.now)
        after.close("phone", "b")
        after.store.close()
