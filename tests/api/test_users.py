"""``/api/users``."""

from __future__ import annotations

import re
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from flask_iptv import database, users
from flask_iptv.models import Package, User, user_packages
from flask_iptv.signals import user_created
from tests.api.caller import Caller

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


def watches(app: Flask, token: str, channel: str = "ort") -> bool:
    asked = {"name": channel, "ip": "192.0.2.1", "token": token}
    return app.test_client().get("/tv/auth", query_string=asked).status_code == 200


def test_a_new_user_has_all_fields_and_an_address(api: Caller) -> None:
    answer = api.send("POST", "/users", {"name": "ann"})
    user = answer.json
    assert user is not None
    assert answer.headers["Location"] == f"/tv/api/users/{user['id']}"
    assert api.get(f"/users/{user['id']}") == user
    assert MOMENT.fullmatch(user.pop("created_at"))
    assert MOMENT.fullmatch(user.pop("updated_at"))
    assert len(user.pop("key")) >= 11
    assert user == {
        "id": 1,
        "name": "ann",
        "email": None,
        "max_sessions": None,
        "packages": None,
        "enabled": True,
        "starts_at": None,
        "expires_at": None,
        "allowed_networks": [],
        "comment": None,
    }


def test_every_field_can_be_given(estate: Caller) -> None:
    given = {
        "name": "Änn",
        "email": "ann@example.com",
        "key": "anns-token",
        "max_sessions": 2,
        "packages": ["basic"],
        "enabled": False,
        "starts_at": "2030-01-01T00:00:00Z",
        "expires_at": "2031-01-01T00:00:00Z",
        "allowed_networks": ["192.0.2.0/24", "2001:db8::/32"],
        "comment": "two\nlines",
    }
    assert given.items() <= estate.make("/users", **given).items()


def test_a_time_with_another_offset_is_told_in_utc(api: Caller) -> None:
    user = api.make("/users", name="ann", starts_at="2030-01-01T02:00:00+02:00")
    assert user["starts_at"] == "2030-01-01T00:00:00Z"


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_only_the_given_fields_change(estate: Caller, method: str) -> None:
    before = estate.get("/users/1")
    answer = estate.send(method, "/users/1", {"comment": "called"})
    assert answer.status_code == 200
    after = estate.get("/users/1")
    assert answer.json == after
    assert after.pop("updated_at") > before.pop("updated_at")
    assert after == {**before, "comment": "called"}


def test_an_object_can_be_sent_back_as_it_was(estate: Caller) -> None:
    before = estate.get("/users/1")
    after = estate.change("/users/1", **before)
    after.pop("updated_at")
    assert after.items() <= before.items()


def test_no_packages_is_told_as_null_and_none_left_as_an_empty_list(estate: Caller) -> None:
    assert estate.get("/users/2")["packages"] is None
    estate.send("DELETE", "/packages/basic")
    assert estate.get("/users/1")["packages"] == []


def test_sending_back_a_user_without_packages_left_does_not_open_every_channel(
    estate: Caller, provider: Flask
) -> None:
    estate.send("DELETE", "/packages/basic")
    assert not watches(provider, "bobs-token")
    estate.change("/users/1", **estate.get("/users/1"))
    assert not watches(provider, "bobs-token")
    estate.change("/users/1", packages=None)
    assert watches(provider, "bobs-token")


def test_a_change_holds_at_the_next_question(estate: Caller, provider: Flask) -> None:
    assert watches(provider, "eves-token")
    estate.change("/users/2", enabled=False)
    assert not watches(provider, "eves-token")
    estate.change("/users/2", enabled=True, key="another-token")
    assert not watches(provider, "eves-token")
    assert watches(provider, "another-token")
    estate.send("DELETE", "/users/2")
    assert not watches(provider, "another-token")


def test_deleting_a_user_ends_the_sessions(estate: Caller, provider: Flask) -> None:
    assert watches(provider, "bobs-token")
    assert estate.get("/sessions")["estimated_count"] == 1
    estate.send("DELETE", "/users/1")
    assert estate.get("/sessions")["estimated_count"] == 0


@pytest.mark.parametrize(
    "address",
    ["0", "3", "99999999999", "9" * 20, "9" * 5000, "-1", "1.0", "bob", "%D9%A1", "1%00", "%FF"],
)
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_there_is_no_such_user(refusing: Caller, method: str, address: str) -> None:
    answer = refusing.send(method, f"/users/{address}", {} if method == "PUT" else None)
    assert answer.status_code == 404
    assert answer.json is not None
    assert "there is no user" in answer.json["message"]


@pytest.mark.parametrize(("field", "taken"), [("name", "bob"), ("key", "bobs-token")])
def test_a_name_and_a_key_are_taken_once(refusing: Caller, field: str, taken: str) -> None:
    for method, path in (("POST", "/users"), ("PUT", "/users/2")):
        answer = refusing.send(method, path, {"name": "ann", field: taken})
        assert answer.status_code == 409
        assert answer.json is not None
        assert [(e["field"], e["code"]) for e in answer.json["errors"]] == [(field, "duplicate")]


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"name": ""}, "name", "must not be empty"),
        ({"name": "x" * 256}, "name", "at most 255"),
        ({"name": "a\tb"}, "name", "U+0009"),
        ({"name": "a/b"}, "name", "web addresses"),
        ({"name": None}, "name", "must be a text"),
        ({"name": 5}, "name", "must be a text"),
        ({"email": "nobody"}, "email", "viewer@example.com"),
        ({"max_sessions": "three"}, "max_sessions", "whole number"),
        ({"max_sessions": 0}, "max_sessions", "must be at least 1"),
        ({"max_sessions": 10**30}, "max_sessions", "must be at most"),
        ({"max_sessions": True}, "max_sessions", "whole number"),
        ({"max_sessions": [3]}, "max_sessions", "whole number"),
        ({"enabled": "perhaps"}, "enabled", "true or false"),
        ({"enabled": None}, "enabled", "true or false"),
        ({"starts_at": "soon"}, "starts_at", "must be a time"),
        ({"starts_at": "2031-01-01", "expires_at": "2030-01-01"}, "", "must be after"),
        ({"allowed_networks": ["192.0.2.1/24"]}, "allowed_networks.0", "'192.0.2.0/24'"),
        ({"allowed_networks": ["everywhere"]}, "allowed_networks.0", "must be a network"),
        ({"packages": ["basic", "gold"]}, "packages", "'gold'"),
        ({"packages": {"basic": True}}, "packages", "list"),
        ({"comment": "a\u0000b"}, "comment", "U+0000"),
        ({"sessions": 3}, "sessions", "max_sessions"),
        ({"": 1}, "", "there is no such field"),
    ],
)
def test_a_field_that_can_not_be_used_is_named(
    refusing: Caller, fields: dict[str, Any], field: str, words: str
) -> None:
    for method, path in (("POST", "/users"), ("PUT", "/users/1")):
        answer = refusing.send(method, path, {"name": "ann", **fields})
        assert answer.status_code == 422, answer.text
        assert answer.json is not None
        (problem,) = answer.json["errors"]
        assert problem["field"] == field
        assert words in problem["message"]
        assert words in answer.json["message"]


def test_every_wrong_field_is_named_at_once(refusing: Caller) -> None:
    answer = refusing.send("POST", "/users", {"email": "x", "max_sessions": -1, "nam": "ann"})
    assert answer.json is not None
    assert [problem["field"] for problem in answer.json["errors"]] == [
        "name",
        "email",
        "max_sessions",
        "nam",
    ]


def test_what_a_host_does_on_a_signal_is_in_the_same_transaction(app: Flask, api: Caller) -> None:
    def greet(sender: Flask, user: User) -> None:
        users.update(user, comment="welcome")

    with user_created.connected_to(greet, sender=app):
        assert api.make("/users", name="ann")["comment"] == "welcome"
    with app.app_context():
        assert users.by_name("ann").comment == "welcome"
        database.session().rollback()


def test_a_user_of_many_packages_can_be_put_back(estate: Caller) -> None:
    names = [f"{number:04}-{'пакет ' * 41}x" for number in range(3000)]
    with estate.client.application.app_context():
        rows = [{"name": name, "title": "x"} for name in names]
        database.current().connection().execute(sa.insert(Package), rows)
        every = sa.select(sa.literal(1), Package.id).where(Package.title == "x")
        linking = sa.insert(user_packages).from_select(["user_id", "package_id"], every)
        database.current().connection().execute(linking)
        database.session().commit()
    got = estate.send("GET", "/users/1")
    assert len(got.data) > 1_000_000
    put = estate.send("PUT", "/users/1", got.data)
    assert (put.status_code, put.headers["ETag"]) == (200, got.headers["ETag"])
