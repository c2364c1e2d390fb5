"""Users: what is accepted, what is refused and how, and what others hear of it."""

from __future__ import annotations

import base64
import json
from datetime import datetime, timezone
from typing import Any

import pytest
from flask import Flask

from flask_iptv import database, packages, signals, users
from flask_iptv.errors import Duplicate, InvalidInput, NotFound
from tests.nouns.refusing import refused
from tests.old_users import old_user


def made(sort: str, value: object, key: int) -> str:
    """A cursor that a caller made up."""
    return base64.urlsafe_b64encode(json.dumps([sort, value, key]).encode()).decode().rstrip("=")


pytestmark = pytest.mark.usefixtures("context")


def test_only_a_name_is_needed() -> None:
    user = users.create(name="bob")
    assert (user.enabled, user.max_sessions, user.packages) == (True, None, [])
    assert user.created_at.tzinfo is timezone.utc
    assert len(user.key) >= 16
    assert user.key != users.create(name="eve").key


def test_texts_of_forms_and_scripts_are_understood() -> None:
    typed: dict[str, Any] = {
        "name": "  bob ",
        "email": None,
        "key": None,
        "max_sessions": "3",
        "enabled": "on",
        "starts_at": "2026-01-01T10:00",
        "expires_at": "2026-01-01T12:00:00+01:00",
        "allowed_networks": ("10.0.0.0/8", " 2001:db8::/32", "192.0.2.7"),
        "comment": "two\r\nlines",
    }
    user = users.create(**typed)
    assert (user.name, user.email, user.max_sessions, user.enabled) == ("bob", None, 3, True)
    assert user.starts_at == datetime(2026, 1, 1, 10, tzinfo=timezone.utc)
    assert user.expires_at == datetime(2026, 1, 1, 11, tzinfo=timezone.utc)
    assert user.allowed_networks == ["10.0.0.0/8", "2001:db8::/32", "192.0.2.7/32"]
    assert user.comment == "two\nlines"


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("name", "", "must not be empty"),
        ("name", None, "must be a text"),
        ("name", 7, "must be a text"),
        ("name", "x" * 256, "at most 255 characters"),
        ("name", "a/b", "have a '/'"),
        ("name", "..", "'..'"),
        ("name", "a\0b", "U+0000"),
        ("name", "a\nb", "U+000A"),
        ("name", "\ud800", "must be a text"),
        ("email", "nobody", "viewer@example.com"),
        ("email", "a b@example.com", "viewer@example.com"),
        ("key", "has space", "no spaces"),
        ("key", "пароль зрителя", "ASCII"),
        ("key", "1234567", "at least 8 characters"),
        ("key", "x" * 129, "at most 128"),
        ("max_sessions", 0, "must be at least 1"),
        ("max_sessions", -1, "must be at least 1"),
        ("max_sessions", "many", "must be a whole number"),
        ("max_sessions", 1.5, "whole number"),
        ("max_sessions", True, "whole number"),
        ("max_sessions", 10**30, "must be at most 1000000"),
        ("enabled", "perhaps", "must be true or false"),
        ("enabled", None, "must be true or false"),
        ("expires_at", 20270131, "such as '2026-01-31T18:00Z'"),
        ("expires_at", "20270131", "such as '2026-01-31T18:00Z'"),
        ("expires_at", "2027", "such as '2026-01-31T18:00Z'"),
        ("starts_at", -5, "such as '2026-01-31T18:00Z'"),
        ("starts_at", "2026-13-01", "such as '2026-01-31T18:00Z'"),
        ("allowed_networks", ["fe80::1%eth0"], "zone"),
        ("starts_at", "yesterday", "such as '2026-01-31T18:00Z'"),
        ("expires_at", "9999-12-31T23:59:59-12:00", "years 1 and 9999"),
        ("allowed_networks", ["10.0.0.1/8"], "did you mean '10.0.0.0/8'?"),
        ("allowed_networks", ["10.0.0.0/33"], "such as '192.0.2.0/24'"),
        ("allowed_networks", ["10.0.0.0/8"] * 101, "at most 100 items"),
        # Of a million items, nobody waits for what is wrong with each.
        ("allowed_networks", [""] * 101, "at most 100 items"),
        ("allowed_networks", 7, "must be a list"),
        ("allowed_networks", "10.0.0.0/8", "must be a list"),
        ("allowed_networks", "", "must be a list"),
        ("allowed_networks", [" "], "must not be empty"),
        ("packages", ["nothing"], "there is no package 'nothing'"),
        ("packages", [""] * 100_001, "at most 100000 items"),
        ("packages", 7, "must be a list"),
        ("packages", "", "must be a list"),
        ("packages", [""], "must not be empty"),
        ("comment", "x" * 2001, "at most 2000"),
        ("comment", "a\0b", "U+0000"),
        ("colour", "red", "there is no such field; there are name, email"),
        ("nome", "typo", "there is no such field, did you mean name? There are name, email"),
    ],
)
def test_what_is_refused(field: str, value: Any, said: str) -> None:
    problems = refused(users.create, **({"name": "bob"} | {field: value}))
    ((named, message),) = problems.items()
    assert named.partition(".")[0] == field
    assert said in message
    assert users.page().count == 0


def test_every_problem_is_told_at_once() -> None:
    problems = refused(users.create, name="", max_sessions="x", email="y")
    assert set(problems) == {"name", "max_sessions", "email"}


def test_of_very_many_problems_the_first_are_told() -> None:
    fields: dict[str, Any] = {f"field{number}": 1 for number in range(200)}
    with pytest.raises(InvalidInput) as unknown_fields:
        users.create(**fields, name="")
    assert len(unknown_fields.value.problems) == 100
    assert "name" in {problem.field for problem in unknown_fields.value.problems}
    names = [f"package {number}" for number in range(250)]
    with pytest.raises(InvalidInput) as unknown_names:
        users.create(name="bob", packages=names)
    assert len(unknown_names.value.problems) == 100
    assert unknown_names.value.untold == 150


def test_dates_reversed() -> None:
    problems = refused(users.create, name="bob", starts_at="2026-02-01", expires_at="2026-01-01")
    assert "expires_at (2026-01-01 00:00 UTC) must be after" in problems[""]
    user = users.create(name="bob", starts_at=datetime(2026, 2, 1))
    assert refused(users.update, user, expires_at="2026-01-01T00:00")


def test_names_and_tokens_are_unique() -> None:
    users.create(name="bob", key="bobs-token")
    eve = users.create(name="eve")
    with pytest.raises(Duplicate, match="another user has the name 'bob'"):
        users.create(name="bob")
    assert set(refused(users.create, name="new", key="bobs-token")) == {"key"}
    assert set(refused(users.update, eve, name="bob")) == {"name"}
    assert eve.name == "eve"


def test_a_refused_update_changes_nothing() -> None:
    user = users.create(name="bob", max_sessions=1)
    refused(users.update, user, email="new@example.com", max_sessions="x")
    refused(users.update, user, email="new@example.com", packages=["nothing"])
    database.session().commit()
    assert (user.email, user.max_sessions) == (None, 1)


def test_update_changes_only_what_is_given() -> None:
    packages.create(name="basic")
    user = users.create(name="bob", email="bob@example.com", packages=["basic"], max_sessions=2)
    key = user.key
    users.update(user, max_sessions=None)
    assert (user.email, user.max_sessions, user.key) == ("bob@example.com", None, key)
    assert [package.name for package in user.packages] == ["basic"]
    users.update(user, key="my-token", packages=[])
    assert (user.key, user.packages) == ("my-token", [])


def test_an_older_token_that_is_shorter_stays() -> None:
    user = old_user(name="bob", key="1234")
    users.update(user, key="1234", comment="moved here")
    users.update(user, comment="and stays", key=None)
    assert (user.key, user.comment) == ("1234", "and stays")
    for key in ("12345", "1234567"):
        with pytest.raises(InvalidInput, match="key: must have at least 8 characters"):
            users.update(user, key=key)
        with pytest.raises(InvalidInput, match="key: must have at least 8 characters"):
            users.rotate_key(user, key)
    assert user.key == "1234"
    users.update(user, key="12345678")
    assert users.rotate_key(user, "87654321").key == "87654321"


def test_a_token_alone_is_not_enough() -> None:
    users.create(name="bob", key="bobs-token")
    users.create(name="eve", key="eves-token")
    assert users.by_token("bob", "bobs-token").name == "bob"
    for name, token in (("bob", "eves-token"), ("nobody", "bobs-token"), ("bob", "")):
        with pytest.raises(NotFound):
            users.by_token(name, token)


def test_the_number_of_a_deleted_user_is_never_given_again() -> None:
    first = users.create(name="bob")
    number = first.id
    users.delete(first)
    assert users.create(name="eve").id > number


@pytest.mark.parametrize("key", [0, -1, 99, 2**31, 10**30])
def test_ids_that_are_none(key: int) -> None:
    with pytest.raises(NotFound):
        users.get(key)


def test_lists_are_paged_searched_and_filtered() -> None:
    packages.create(name="basic")
    for number in range(25):
        users.create(
            name=f"user {number:02}",
            enabled=number % 2 == 0,
            packages=["basic"] if number < 5 else [],
            comment="100% sure" if number == 7 else None,
        )
    seen, cursor = [], None
    while True:
        page = users.page(sort="-name", limit=10, cursor=cursor)
        seen += [user.name for user in page.items]
        cursor = page.next
        assert page.count == 25
        if cursor is None:
            break
    assert seen == [f"user {number:02}" for number in reversed(range(25))]
    assert users.page(enabled=False).count == 12
    assert users.page(package="basic").count == 5
    assert [user.name for user in users.page(search="100%").items] == ["user 07"]
    assert users.page(search="R 1").count == 10
    assert [user.name for user in users.page(name="user 03").items] == ["user 03"]


@pytest.mark.parametrize("sort", ["id", "-id", "name", "created_at", "-created_at"])
def test_pages_neither_repeat_nor_miss(sort: str) -> None:
    for number in range(7):
        users.create(name=f"user {number}")
    seen, cursor = [], None
    for _ in range(4):
        page = users.page(sort=sort, limit=2, cursor=cursor)
        seen += [user.id for user in page.items]
        cursor = page.next
    assert sorted(seen) == sorted(set(seen))
    assert len(seen) == 7


@pytest.mark.parametrize(
    "paging",
    [
        {"sort": "comment"},
        {"limit": 0},
        {"limit": 1001},
        {"cursor": "x"},
        {"cursor": "é"},
        {"cursor": "W10"},
        {"cursor": "WyJpZCIsICJhIiwgMV0"},  # ["id", "a", 1]
        {"cursor": "WyJuYW1lIiwgImEiLCAxXQ"},  # ["name", "a", 1], but sorted by id
        {"cursor": "W" * 5000},
        {"cursor": made("id", 10**30, 1)},
        {"cursor": made("id", 1, 2**60)},
        {"cursor": made("name", "\ud800", 1), "sort": "name"},
        {"cursor": made("name", "\0", 1), "sort": "name"},
        {"cursor": made("created_at", {"t": "0001-01-01T00:00:00+23:59"}, 1), "sort": "created_at"},
        {"cursor": made("created_at", {"t": "soon"}, 1), "sort": "created_at"},
    ],
)
def test_paging_that_is_refused(paging: dict[str, Any]) -> None:
    wrong = "cursor" if "cursor" in paging else next(iter(paging))
    assert set(refused(users.page, **paging)) == {wrong}


def test_others_hear_of_it(app: Flask) -> None:
    heard: list[tuple[str, Any]] = []

    def listen(sender: Flask, **facts: Any) -> None:
        heard.append((facts["user"].name, facts.get("changed")))

    for signal in (
        signals.user_created,
        signals.user_updated,
        signals.user_key_rotated,
        signals.user_deleted,
    ):
        signal.connect(listen, sender=app)
    user = users.create(name="bob")
    users.update(user, email="bob@example.com", max_sessions=None)
    users.rotate_key(user)
    users.rotate_key(user, user.key)
    users.delete(user)
    assert heard == [("bob", None), ("bob", {"email"}), ("bob", None), ("bob", None)]


def test_a_receiver_that_fails_undoes_the_change(app: Flask) -> None:
    def refuse(sender: Flask, **facts: Any) -> None:
        raise RuntimeError("the billing is down")

    signals.user_created.connect(refuse, sender=app)
    with pytest.raises(RuntimeError):
        users.create(name="bob")
    database.session().rollback()
    assert users.page().count == 0
