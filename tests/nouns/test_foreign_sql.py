"""Rows that a host's own SQL has written: one bad detail costs that detail and opens nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from flask import Flask

from flask_iptv import database, servers, users
from flask_iptv.models import (
    Attendance,
    Base,
    ChannelUsage,
    Cut,
    PastSession,
    Refusals,
    Usage,
    utcnow,
)
from tests.admin.browser import Browser
from tests.api.caller import Caller
from tests.conftest import furnish
from tests.examples import is_thorough

#: What each column holds in turn, as SQL.
VALUES = ("'31.12.2026'", "x'ff00'", "'{'", "1.5", "'http://['")
#: The pages and addresses of the API that show a table.
SHOWN = {
    "iptv_users": ("admin/users", "admin/users/1", "admin/users/1/playlists", "api/users",
                   "api/users/1", "api/sessions", "my/bobs-token",
                   "playlists/bob?token=bobs-token"),
    "iptv_channels": ("admin/channels", "admin/channels/1", "admin/channels/1/watch",
                      "api/channels", "my/eves-token", "playlists/eve?token=eves-token"),
    "iptv_packages": ("admin/packages", "admin/packages/1", "admin/packages/1/channels",
                      "api/packages"),
    "iptv_servers": ("admin/servers", "admin/servers/1", "admin/servers/1/sync", "api/servers",
                     "admin/channels/1/watch", "playlists/eve?token=eves-token"),
    "iptv_sessions": ("admin/sessions", "admin/users/1/sessions", "api/sessions", "my/bobs-token"),
    "iptv_cuts": ("admin/cuts", "api/cuts"),
    "iptv_history": ("admin/history", "api/history"),
    "iptv_usage": ("admin/history?user=bob", "api/usage"),
    "iptv_channel_usage": ("admin/history", "api/usage"),
    "iptv_attendance": ("admin/sessions?period=day",),
    "iptv_refusals": ("admin/sessions?period=day", "admin/"),
}  # fmt: skip
QUESTION = {"name": "ort", "ip": "192.0.2.1", "session_id": "a"}


@pytest.fixture
def site(make_app: Callable[..., Flask]) -> Flask:
    """A provider with a row in each table."""
    app = make_app(IPTV_SESSION_STORE="sql:", IPTV_SECURETOKEN_KEYS=["k"])
    now, opened = utcnow(), {"user_id": 1, "channel_id": 1}
    minute, added = int(now.timestamp()) // 60 - 2, {"sessions": 1, "seconds": 1, "bytes": 1}
    with app.app_context():
        furnish()
        servers.update(servers.get("main"), securetoken_keys=["k"])
        database.session().add_all(
            [
                PastSession(**opened, opened_at=now, ended_at=now, ending="closed"),
                Usage(**opened, **added, day=now.date()),
                ChannelUsage(**added, channel_id=1, day=now.date()),
                Attendance(minute=minute, sessions=1),
                Refusals(minute=minute, reason="disabled", times=1),
                Cut(**opened, asked_at=now, done=True, outcome="cut"),
            ]
        )
        database.session().commit()
    assert auth(app, "bobs-token") == "200 "
    return app


def auth(app: Flask, token: str) -> str:
    """Ask as a media server does; the status and the reason."""
    answer = app.test_client().get("/tv/auth", query_string={**QUESTION, "token": token})
    return f"{answer.status_code} {answer.text}"


@contextmanager
def written(app: Flask, table: str, column: str, value: str) -> Iterator[None]:
    """Write a value into the first row of a table, and take it out again."""
    with app.app_context():
        engine = database.current().engine()
    place = f'UPDATE {table} SET "{column}" ='
    # As SQLite keeps it, which is no text for every type.
    first = "WHERE id = 1" if "id" in Base.metadata.tables[table].c else ""
    with engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        before = connection.exec_driver_sql(f'SELECT "{column}" FROM {table} {first}').scalar()
        connection.exec_driver_sql(f"{place} {value} {first}")
    yield
    with engine.begin() as connection:
        connection.exec_driver_sql(f"{place} ? {first}", (before,))


def chosen(number: int) -> tuple[str, ...]:
    """Some of the values, others for each column: of one type there are always several."""
    return tuple((VALUES * 2)[number % len(VALUES) :][:3])


@pytest.mark.parametrize("table", list(SHOWN))
def test_no_column_of_any_table_breaks_a_page_or_an_answer(site: Flask, table: str) -> None:
    browser, caller = Browser(site), Caller(site.test_client())
    for number, column in enumerate(Base.metadata.tables[table].columns):
        if column.name == "id" or (column.primary_key and table == "iptv_sessions"):
            continue
        for value in VALUES if is_thorough() else chosen(number):
            with written(site, table, column.name, value):
                for address in SHOWN[table]:
                    what = f"{table}.{column.name} = {value} at {address}"
                    if address.startswith("api/"):
                        status = caller.send("GET", address.removeprefix("api")).status_code
                    else:
                        status = (browser.open(f"/tv/{address}"), browser.status)[1]
                    assert status < 500, what
                for token in ("bobs-token", "eves-token"):
                    assert not auth(site, token).startswith("5"), f"{column.name} = {value}"


BAD_RULES = [
    ("allowed_networks", "'[\"10.0.0.1/8\"]'", "did you mean '10.0.0.0/8'"),
    ("allowed_networks", "'10.0.0.0/8'", "Can't be read in the database"),
    ("allowed_networks", "'[1]'", "Can't be read in the database"),
    ("expires_at", "'31.12.2026'", "Can't be read in the database; enter it again (was '31.12"),
    ("starts_at", "'31.12.2020'", "Can't be read in the database"),
    ("enabled", "'yes'", "Can't be read in the database"),
    ("max_sessions", "'five'", "Can't be read in the database"),
    ("max_sessions", "-1", "be at least 1 (was -1)"),
]
MENDED = {
    "allowed_networks": "192.0.2.0/24", "expires_at": "2999-01-01T00:00", "max_sessions": "5",
    "starts_at": "2020-01-01T00:00", "enabled": "1",
}  # fmt: skip


@pytest.mark.parametrize(("column", "value", "words"), BAD_RULES)
def test_whose_rule_can_not_be_read_is_refused_until_the_page_has_mended_it(
    site: Flask, column: str, value: str, words: str
) -> None:
    with written(site, "iptv_users", column, value):
        assert auth(site, "bobs-token") == "403 rule_unreadable"
        told = site.test_cli_runner().invoke(
            args=["iptv", "explain", "--user", "bob", "--channel", "ort", "--ip", "192.0.2.1"]
        )
        assert "rule_unreadable" in told.output
        browser = Browser(site)
        page = browser.open("/tv/admin/users/1")
        assert browser.status == 200
        assert "The database has something here that can't be used" in page.text
        assert words in page.words_of(f"iptv-{column}-problem")
        # What is not touched stays, and stays closed.
        browser.send(page, comment="mended later")
        assert auth(site, "bobs-token") == "403 rule_unreadable"
        mended = ["1"] if column == "enabled" else MENDED[column]
        page = browser.send(browser.open("/tv/admin/users/1"), **{column: mended})
        assert "can't be used" not in page.text
        assert auth(site, "bobs-token") == "200 "


def test_a_user_with_a_bad_rule_can_be_switched_off(site: Flask) -> None:
    with written(site, "iptv_users", "allowed_networks", "'[\"10.0.0.1/8\"]'"):
        answer = Caller(site.test_client()).send("PUT", "/users/1", {"enabled": False})
        assert answer.status_code == 200
        assert auth(site, "bobs-token") == "403 disabled"
        refused = Caller(site.test_client()).send("PUT", "/users/1", {"allowed_networks": ["x"]})
        assert refused.status_code == 422


def test_networks_that_can_be_read_let_in_whom_they_let_in(site: Flask) -> None:
    with written(site, "iptv_users", "allowed_networks", '\'["10.0.0.1/8", "192.0.2.0/24"]\''):
        assert auth(site, "bobs-token") == "200 "


def test_a_time_without_end_on_postgresql_is_one(
    make_app: Callable[..., Flask], postgresql_tables_url: str
) -> None:
    app = make_app(postgresql_tables_url)
    with app.app_context():
        furnish()
        database.session().commit()
        for end, status in (("infinity", "200 "), ("-infinity", "403 expired")):
            statement = sa.text(f"UPDATE iptv_users SET expires_at = '{end}' WHERE id = 1")
            database.current().connection().execute(statement)
            database.session().commit()
            assert auth(app, "bobs-token") == status
            assert users.get(1).expires_at is not None
            assert Caller(app.test_client()).send("GET", "/users").status_code == 200
            database.session().expire_all()
