"""An empty text ends no limit: the API and the commands refuse it, and name the field."""

from __future__ import annotations

from typing import Any

import pytest

from flask_iptv import users
from flask_iptv.errors import InvalidInput
from tests.api.caller import Caller
from tests.api.test_openapi import Json, operations, schema_of

BODIES: dict[str, dict[str, object]] = {
    "/users": {"name": "ann"},
    "/packages": {"name": "sport"},
    "/channels": {"name": "bbc"},
    "/servers": {"name": "backup", "url": "https://backup.example"},
    "/links": {"channel": "ort"},
    "/explain": {"user": "bob", "channel": "ort"},
    "/servers/main/sync": {"dry_run": True},
}
ITEMS = ("/users/1", "/packages/basic", "/channels/ort", "/servers/main")


def fields(refusing: Caller, method: str, path: str) -> list[str]:
    """Give the fields that a body may have, as the document names them."""
    document: Json = refusing.get("/openapi.json")
    told = operations(document)[method, path.replace("main/sync", "{name}/sync")]
    schema = document["components"]["schemas"][schema_of(told["requestBody"]["content"])]
    return [name for name, field in schema["properties"].items() if "readOnly" not in field]


@pytest.mark.parametrize("empty", ["", "  ", "\t\n"])
def test_no_field_takes_an_empty_text(refusing: Caller, empty: str) -> None:
    asked = [("POST", path, body, path) for path, body in BODIES.items()]
    asked += [("PUT", item, {}, f"/{item.split('/')[1]}") for item in ITEMS]
    for method, path, body, noun in asked:
        for field in fields(refusing, "POST", noun):
            answer = refusing.send(method, path, body | {field: empty})
            assert answer.status_code == 422, (path, field)
            assert answer.json is not None
            named = {problem["field"] for problem in answer.json["errors"]}
            # Without a user a token is wanted.
            assert field in named or (path == "/explain" and named == {""}), (path, field, named)


def test_what_means_none_is_said(refusing: Caller) -> None:
    for body in ({"expires_at": ""}, {"max_sessions": "  "}):
        answer = refusing.send("PUT", "/users/1", body)
        assert "must not be empty; null means none" in answer.text
    signing = refusing.send("POST", "/links", {"channel": "ort", "ip": ""})
    assert "ip: must not be empty; null means none" in signing.text


def test_null_means_none(estate: Caller) -> None:
    estate.change("/users/1", expires_at="2030-01-01", max_sessions=2, email="a@b.example")
    user = estate.change("/users/1", expires_at=None, max_sessions=None, email=None)
    assert (user["expires_at"], user["max_sessions"], user["email"]) == (None, None, None)


@pytest.mark.parametrize(
    "address",
    [
        "/users?search=",
        "/packages?search=+",
        "/channels?search=%09",
        "/servers?search=",
        "/users?package=",
        "/users?name=+",
        "/users?email=",
        "/users?enabled=",
        "/users?cursor=",
        "/channels?server=",
        "/packages/basic/channels?server=",
        "/sessions?user=",
        "/history?channel=",
        "/usage?user=",
        "/usage?since=",
    ],
)
def test_a_filter_that_was_never_set_does_not_list_everything(
    refusing: Caller, address: str
) -> None:
    answer = refusing.send("GET", address)
    assert answer.status_code == 422
    assert answer.json is not None
    (problem,) = answer.json["errors"]
    assert f"{problem['field']}=" in address


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize("field", ["expires_at", "starts_at", "max_sessions", "email", "comment"])
def test_no_verb_takes_an_empty_text(field: str) -> None:
    empty: dict[str, Any] = {field: " "}
    with pytest.raises(InvalidInput, match=f"{field}: must not be empty"):
        users.create(name="bob", **empty)
    user = users.create(name="bob")
    with pytest.raises(InvalidInput, match=f"{field}: must not be empty"):
        users.update(user, **empty)
