"""The five lists: their envelope, paging, filters and what they cost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy import event

from flask_iptv import database
from flask_iptv.models import (
    Base,
    Channel,
    Package,
    Server,
    Session,
    User,
    package_channels,
    user_packages,
    utcnow,
)
from tests.api.caller import Caller

NOUNS = ("users", "packages", "channels", "servers", "sessions")
#: Page, count, and one for what belongs to all rows of the page where a join would repeat them; of
#: sessions the names of users and channels, beside what their store asks.
STATEMENTS = {"users": 3, "packages": 3, "channels": 2, "servers": 2, "sessions": 2}


def populate(app: Flask, count: int) -> None:
    """Put this many of everything into the tables, each user in three packages."""
    ids = range(1, count + 1)
    moments = {
        "opened_at": utcnow(),
        "seen_at": utcnow(),
        "expires_at": utcnow().replace(year=9999),
    }
    with app.app_context():
        session = database.session()
        urls = {"url": "https://media.example", "hls_template": "", "mpegts_template": ""}
        session.execute(
            sa.insert(Server),
            [{"name": f"s{i}", "title": f"s{i}", "securetoken_keys": [], **urls} for i in ids],
        )
        session.execute(
            sa.insert(Channel),
            [{"name": f"c{i}", "title": f"c{i}", "enabled": True, "server_id": i} for i in ids],
        )
        session.execute(sa.insert(Package), [{"name": f"p{i}", "title": f"p{i}"} for i in ids])
        session.execute(
            sa.insert(User),
            [{"name": f"u{i}", "key": f"k{i}", "enabled": i % 2 == 0, "by_packages": True,
              "allowed_networks": []} for i in ids],
        )  # fmt: skip
        session.execute(
            sa.insert(Session),
            [{"device": f"d{i}", "user_id": i, "channel_id": i, **moments} for i in ids],
        )
        three = [(i, (i + step) % count + 1) for i in ids for step in range(3)]
        connection = database.current().connection()
        for table, left, right in (
            (user_packages, "user_id", "package_id"),
            (package_channels, "package_id", "channel_id"),
        ):
            connection.execute(sa.insert(table), [{left: a, right: b} for a, b in three])
        session.commit()


@contextmanager
def recorded(app: Flask) -> Iterator[tuple[list[str], list[object]]]:
    """Record the statements that are sent and the objects that are loaded."""
    statements: list[str] = []
    loaded: list[object] = []
    with app.app_context():
        engine = database.session().get_bind(User)

    def send(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        statements.append(statement)

    def load(record: object, context: Any) -> None:
        loaded.append(record)

    event.listen(engine, "before_cursor_execute", send)
    event.listen(Base, "load", load, propagate=True)
    try:
        yield statements, loaded
    finally:
        event.remove(engine, "before_cursor_execute", send)
        event.remove(Base, "load", load)


@pytest.mark.parametrize("noun", NOUNS)
def test_a_list_is_a_page_with_a_cursor(api: Caller, app: Flask, noun: str) -> None:
    empty = api.get(f"/{noun}")
    assert empty == {noun: [], "next": None, "prev": None, "estimated_count": 0}
    populate(app, 5)
    pages, query = [], "?limit=2"
    while True:
        page = api.get(f"/{noun}{query}")
        assert (page["prev"], page["estimated_count"]) == (None, 5)
        pages.append([row["id"] for row in page[noun]])
        if page["next"] is None:
            break
        query = f"?limit=2&cursor={page['next']}"
    assert pages == [[1, 2], [3, 4], [5]]
    assert [row["id"] for row in api.get(f"/{noun}?sort=-id&limit=3")[noun]] == [5, 4, 3]


def test_a_list_costs_the_same_statements_whatever_its_length(api: Caller, app: Flask) -> None:
    populate(app, 150)
    for noun, expected in STATEMENTS.items():
        for limit in (3, 150):
            with recorded(app) as (statements, _):
                assert len(api.get(f"/{noun}?limit={limit}")[noun]) == limit
            # What is whole on its first page needs no counting.
            spared = noun != "sessions" and limit == 150
            assert len(statements) == expected - spared, statements


def test_a_list_loads_no_more_than_its_page(api: Caller, app: Flask) -> None:
    populate(app, 150)
    # Sessions are no rows here: their store gives as many as it is asked for.
    for noun in set(NOUNS) - {"sessions"}:
        with recorded(app) as (_, loaded):
            api.get(f"/{noun}?limit=10")
        listed = [row for row in loaded if type(row).__name__.lower() + "s" == noun]
        # One more tells whether there is a next page.
        assert len(listed) == 11


@pytest.mark.parametrize(
    ("address", "names"),
    [
        ("/users?search=EV", ["eve"]),
        ("/users?package=basic", ["bob"]),
        ("/users?name=bob", ["bob"]),
        ("/users?email=eve%40example.com", []),
        ("/users?enabled=true", ["bob", "eve"]),
        ("/users?enabled=1&search=%20ev%20", ["eve"]),
        ("/users?enabled=false", []),
        ("/users?enabled=0", []),
        ("/users?sort=-name", ["eve", "bob"]),
        ("/packages?search=asi", ["basic"]),
        ("/packages?search=100%25", []),
        ("/channels?search=sport/", ["sport/espn hd"]),
        ("/channels?package=basic", ["ort"]),
        ("/channels?server=main&sort=-name", ["sport/espn hd", "ort"]),
        ("/channels?enabled=false", []),
        ("/servers?search=main", ["main"]),
    ],
)
def test_a_list_is_filtered_and_sorted(refusing: Caller, address: str, names: list[str]) -> None:
    noun = address[1:].partition("?")[0]
    assert [row["name"] for row in refusing.get(address)[noun]] == names


@pytest.mark.parametrize(
    ("address", "field", "words"),
    [
        ("/users?foo=1", "foo", "limit, cursor, sort, search, package, enabled"),
        ("/users?Limit=1", "Limit", "there is no such field"),
        ("/users?limit=0", "limit", "must be at least 1"),
        ("/users?limit=1001", "limit", "must be at most 1000"),
        ("/users?limit=" + "9" * 5000, "limit", "whole number"),
        ("/users?limit=ten", "limit", "whole number"),
        ("/users?limit=1&limit=2", "limit", "more than once"),
        ("/users?sort=key", "sort", "id, name, created_at"),
        ("/users?cursor=x", "cursor", "the list itself gave"),
        ("/users?cursor=" + "x" * 3000, "cursor", "at most 2000"),
        ("/users?enabled=perhaps", "enabled", "true or false"),
        ("/users?search=a%00b", "search", "U+0000"),
        ("/users?search=" + "x" * 300, "search", "at most 255"),
        ("/users?package=gold", "package", "there is no package 'gold'"),
        ("/channels?server=nix", "server", "there is no server 'nix'"),
        ("/channels?package=a%00b", "package", "U+0000"),
        ("/sessions?user=nobody", "user", "there is no user 'nobody'"),
        ("/sessions?channel=nix", "channel", "there is no channel 'nix'"),
        ("/sessions?search=x", "search", "there is no such field"),
    ],
)
def test_a_query_that_can_not_be_answered_is_refused_by_name(
    refusing: Caller, address: str, field: str, words: str
) -> None:
    answer = refusing.send("GET", address)
    assert answer.status_code == 422
    assert answer.json is not None
    (problem,) = answer.json["errors"]
    assert problem["field"] == field
    assert words in problem["message"]


def test_a_cursor_of_another_order_is_refused(api: Caller, app: Flask) -> None:
    populate(app, 3)
    cursor = api.get("/users?limit=1&sort=name")["next"]
    assert api.send("GET", f"/users?cursor={cursor}&sort=-name").status_code == 422
    assert api.send("GET", f"/users?cursor={cursor}&sort=name").status_code == 200


def test_a_query_that_is_not_utf_8_is_refused(refusing: Caller) -> None:
    answer = refusing.send("GET", "/users", environ_overrides={"QUERY_STRING": "search=\xff"})
    assert answer.status_code == 400
    assert answer.json is not None
    assert "percent-encode" in answer.json["message"]
