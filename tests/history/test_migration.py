"""The tables of the history come and go without touching what is there."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from alembic import command
from flask import Flask

from flask_iptv import channels, database, migrations, servers, users
from flask_iptv.models import Session
from tests.statements import statements

from .conftest import NOON

WATCHING = """
INSERT INTO iptv_sessions (device, user_id, channel_id, opened_at, seen_at, expires_at)
VALUES ('d', 1, 1, '2026-03-01 12:00:00', '2026-03-01 12:00:00', '2026-03-01 12:03:00')
"""


def go_back(revision: str) -> None:
    command.downgrade(migrations._config(database.current().connection()), revision)
    database.session().commit()


def test_who_watches_and_who_may_are_kept(host: Flask) -> None:
    with host.app_context():
        users.create(name="bob", comment="a friend")
        channels.create(name="ort")
        database.session().commit()
        go_back("0001")
        tables = sa.inspect(database.current().connection()).get_table_names()
        assert not {"iptv_history", "iptv_usage", "iptv_channel_usage"} & set(tables)
        database.session().execute(sa.text(WATCHING))
        database.session().commit()
        with statements() as sent:
            command.upgrade(migrations._config(database.current().connection()), "0005")
        database.upgrade_schema()
        # No table is copied, and of the sessions only by 0006, which gives SQLite's their numbers;
        # they are few. It is noted when they are due.
        changing = [one for one in sent if "iptv_sessions" in one or "iptv_users" in one]
        assert len([one for one in changing if "ADD COLUMN" in one]) == 4
        assert len([one for one in changing if one.startswith("UPDATE")]) == 1
        assert not [one for one in changing if "CREATE TABLE" in one or "INSERT" in one]
        assert users.by_name("bob").comment == "a friend"
        session = database.session().scalars(sa.select(Session)).one()
        assert (session.device, session.expires_at) == ("d", NOON + timedelta(minutes=3))
        assert session.due_at == session.expires_at
        assert (session.bytes, session.server_bytes, session.previous_session) == (None,) * 3
        assert migrations.drift(database.current().connection()) == []


def test_going_back_keeps_who_watches(host: Flask) -> None:
    with host.app_context():
        users.create(name="bob")
        channels.create(name="ort")
        database.session().execute(sa.text(WATCHING))
        database.session().commit()
        go_back("0001")
        rows = database.session().execute(sa.text("SELECT * FROM iptv_sessions")).mappings().all()
        assert [row["device"] for row in rows] == ["d"]
        assert "bytes" not in rows[0]
        database.upgrade_schema()
        assert database.session().scalars(sa.select(Session)).one().user_id == 1


def test_servers_of_before_are_flussonic(host: Flask) -> None:
    with host.app_context():
        go_back("0002")
        columns = "name, title, url, hls_template, mpegts_template, securetoken_keys, "
        values = "'m', 'M', 'http://m.example', 'h', 't', '[]', "
        times = "'2026-03-01 12:00:00', '2026-03-01 12:00:00'"
        database.session().execute(
            sa.text(f"INSERT INTO iptv_servers ({columns} created_at, updated_at) "
                    f"VALUES ({values} {times})")
        )  # fmt: skip
        database.session().commit()
        database.upgrade_schema()
        server = servers.get("m")
        assert (server.kind, server.api_url, server.securetoken_keys) == ("flussonic", None, [])
        go_back("0002")
        database.upgrade_schema()
        assert servers.get("m").title == "M"
