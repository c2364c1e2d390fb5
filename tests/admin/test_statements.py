"""How much the pages ask of the database: the same for five rows and for many."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from flask_iptv import database
from flask_iptv.models import (
    Channel,
    Cut,
    Package,
    PastSession,
    Server,
    Session,
    User,
    package_channels,
    user_packages,
    utcnow,
)
from tests.statements import statements

from .browser import Browser

LISTS = ("", "users", "channels", "packages", "servers", "sessions", "cuts", "history")
FORMS = (
    *("users/new", "users/1", "packages/new", "packages/1", "packages/1/channels", "channels/1"),
    *("channels/import", "channels/1/watch", "links", "explain", "servers/1", "servers/1/sync"),
)


def fill(app: Flask, first: int, last: int) -> None:
    """Make records with these ids: of every kind, all in relation to each other."""
    now = utcnow()
    ids = range(first, last + 1)
    common = {"created_at": now, "updated_at": now}
    named = [{"id": number, "name": f"n{number}", **common} for number in ids]
    server = {"title": "S", "url": "https://x.example", "hls_template": "", "mpegts_template": ""}
    past = {"opened_at": now, "ended_at": now, "ending": "closed"}
    watched = {"opened_at": now, "seen_at": now, "expires_at": now + timedelta(hours=1)}
    rows: list[tuple[type, list[dict[str, object]]]] = [
        (Server, [{**server, "securetoken_keys": [], **row} for row in named]),
        (Channel, [{"title": "C", "server_id": row["id"], **row} for row in named]),
        (Package, [{"title": "P", **row} for row in named]),
        (User, [{"key": f"k{row['id']}", "allowed_networks": [], **row} for row in named]),
        (PastSession, [{"user_id": i, "channel_id": i, **past} for i in ids]),
        (Cut, [{"user_id": i, "channel_id": i, "asked_at": now} for i in ids]),
        (Session, [{"device": f"{i}", "user_id": i, "channel_id": i, **watched} for i in ids]),
    ]
    with app.app_context():
        for model, values in rows:
            database.session().execute(sa.insert(model), values)
        connection = database.current().connection()
        pairs = [pair for a in ids for pair in ((a, a), (a, 1), (1, a))]
        for table in (user_packages, package_channels):
            left, right = table.c
            values = [{left.name: a, right.name: b} for a, b in dict.fromkeys(pairs)]
            connection.execute(sa.insert(table), values)
        database.session().commit()


@pytest.mark.parametrize("address", [*LISTS, *FORMS])
def test_statements_are_as_many_for_five_rows_as_for_many(app: Flask, address: str) -> None:
    browser = Browser(app)
    asked = []
    for first, last in ((1, 5), (6, 150)):
        fill(app, first, last)
        with statements() as seen:
            page = browser.open(f"/tv/admin/{address}")
        assert browser.status == 200
        assert page.wrong == []
        asked.append(len(seen))
    # One more counts a list that goes on behind the page, one finds the channel that comes there.
    assert 0 <= asked[1] - asked[0] <= (2 if address == "channels" else 1)
    assert asked[1] <= 14
