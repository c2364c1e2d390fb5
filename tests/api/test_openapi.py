"""``/api/openapi.json``: valid, complete, and what the API really does."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from jsonschema import Draft202012Validator, FormatChecker  # type: ignore[import-untyped]
from openapi_spec_validator import OpenAPIV31SpecValidator

from flask_iptv import IPTV, database, history
from flask_iptv.api import routes
from flask_iptv.models import Cut, utcnow
from tests.api.caller import Caller
from tests.api.test_nouns import ITEMS
from tests.conftest import LOGIN
from tests.history.conftest import ended

Json = dict[str, Any]


@pytest.fixture(scope="module")
def document(shared: Caller) -> Json:
    """Give the document."""
    told: Json = shared.get("/openapi.json")
    return told


def operations(document: Json) -> dict[tuple[str, str], Json]:
    """Give every operation by its method and path."""
    return {
        (method.upper(), path): operation
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method != "parameters"
    }


def test_the_document_is_valid(document: Json) -> None:
    assert document["openapi"].startswith("3.1.")
    OpenAPIV31SpecValidator(document).validate()


def test_every_operation_has_a_name_of_its_own(document: Json) -> None:
    names = [operation["operationId"] for operation in operations(document).values()]
    assert len(set(names)) == len(names) > 20


def test_limits_are_told_in_the_words_of_json_schema(document: Json) -> None:
    lifetime = document["components"]["schemas"]["LinkFields"]["properties"]["lifetime"]
    assert (lifetime["minimum"], lifetime["maximum"]) == (1, 31 * 86_400)


def test_every_route_is_in_the_document(document: Json) -> None:
    told = {re.sub(r"\{(\w+)\}", r"<\1>", path) for path in document["paths"]}
    mounted = {re.sub(r"<\w+:", "<", route.rule.removeprefix("/api")) for route in routes}
    # What is left leads to refusals only.
    assert {path for path in mounted - told if "<part_" not in path} == {"", "/", "/<address>"}
    assert told <= mounted


def test_every_operation_of_the_document_is_there(refusing: Caller, document: Json) -> None:
    for method, path in operations(document):
        address = re.sub(r"\{\w+\}", "0", path)
        body = None if method in ("GET", "DELETE") else b"no JSON"
        answer = refusing.send(method, address, body)
        found = answer.status_code in (200, 400) or "there is no " in answer.text
        assert found, (method, path, answer.text)


def test_every_method_that_works_is_in_the_document(refusing: Caller, document: Json) -> None:
    for path in document["paths"]:
        allow = refusing.send("OPTIONS", re.sub(r"\{\w+\}", "0", path)).headers["Allow"]
        works = set(allow.split(", ")) - {"HEAD", "OPTIONS"}
        assert works == {method for method, told in operations(document) if told == path}


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 413, 422, 429, 503])
def test_every_refusal_is_in_the_document(document: Json, status: int) -> None:
    telling = [
        name for name, told in operations(document).items() if str(status) in told["responses"]
    ]
    assert telling
    if status == 404:
        assert all("{" in path for _, path in telling)
    if status in (401, 429, 503):
        assert len(telling) == len(operations(document))


def conforms(document: Json, name: str, value: object) -> None:
    """Check a value against one of the document's schemas."""
    schema = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
    Draft202012Validator(schema, format_checker=FormatChecker()).validate(value)


def schema_of(content: Json) -> str:
    """Give the name of the schema of a body or an answer."""
    told: str = content["application/json"]["schema"]["$ref"]
    return told.rpartition("/")[2]


@pytest.mark.parametrize(
    "noun", ["users", "packages", "channels", "servers", "sessions", "cuts", "history", "usage"]
)
def test_the_lists_are_as_the_document_says(estate: Caller, document: Json, noun: str) -> None:
    estate.client.get("/tv/auth?name=ort&token=bobs-token&ip=192.0.2.1")
    with estate.client.application.app_context():
        database.session().add(Cut(channel_id=1, asked_at=utcnow()))
        history.write(database.current().connection(), [ended()])
        database.session().commit()
    content = operations(document)["GET", f"/{noun}"]["responses"]["200"]["content"]
    listed = estate.get(f"/{noun}")
    assert listed[noun]
    conforms(document, schema_of(content), listed)


@pytest.mark.parametrize(("path", "fields"), {**ITEMS, "/users": {"name": "ann"}}.items())
def test_bodies_and_answers_are_as_the_document_says(
    estate: Caller, document: Json, path: str, fields: Json
) -> None:
    create = operations(document)["POST", path]
    item = next(p for m, p in operations(document) if m == "PUT" and p.startswith(path + "/{"))
    change = operations(document)["PUT", item]
    conforms(document, schema_of(create["requestBody"]["content"]), fields)
    made = estate.make(path, **fields)
    conforms(document, schema_of(create["responses"]["201"]["content"]), made)
    # An object can be sent back as it was, whole or in part.
    for body in (made, {}, {"name": "other"}):
        conforms(document, schema_of(change["requestBody"]["content"]), body)


def test_a_refusal_is_as_the_document_says(refusing: Caller, document: Json) -> None:
    for answer in (
        refusing.send("GET", "/users/0"),
        refusing.send("POST", "/users", {"name": "", "max_sessions": True, "x": {}}),
    ):
        conforms(document, "Refusal", answer.json)


def test_the_query_is_as_the_document_says(refusing: Caller, document: Json) -> None:
    told = operations(document)["GET", "/users"]["parameters"]
    names = [parameter["name"] for parameter in told]
    assert names == ["limit", "cursor", "sort", "search", "package", "enabled", "name", "email"]
    assert told[0]["schema"]["maximum"] == 1000
    for name in names:
        assert "no such field" not in refusing.send("GET", f"/users?{name}=1").text


def servers(app: Flask, address: str, **options: Any) -> list[str]:
    """Give the URLs that the document at an address names."""
    answer = app.test_client().get(address, auth=LOGIN, **options)
    assert answer.json is not None
    return [server["url"] for server in answer.json["servers"]]


def test_the_document_names_the_mount_that_it_was_fetched_from(app: Flask) -> None:
    app.register_blueprint(IPTV(name="second"), url_prefix="/club/tv")
    for prefix in ("/tv", "/club/tv"):
        found = servers(app, f"{prefix}/api/openapi.json", base_url="https://host.example")
        assert found == [f"https://host.example{prefix}/api"]
        assert app.test_client().get(f"{prefix}/api/users", auth=LOGIN).status_code == 200


def test_a_host_below_a_path_is_named_with_it(app: Flask) -> None:
    found = servers(app, "/tv/api/openapi.json", base_url="https://host.example/site")
    assert found == ["https://host.example/site/tv/api"]


def test_the_public_url_is_named_if_it_is_set(make_app: Callable[..., Flask]) -> None:
    app = make_app(IPTV_PUBLIC_URL="https://tv.example")
    assert servers(app, "/tv/api/openapi.json") == ["https://tv.example/tv/api"]


def test_the_address_of_a_new_one_is_that_of_its_mount(app: Flask) -> None:
    app.register_blueprint(IPTV(name="second"), url_prefix="/club/tv")
    answer = Caller(app.test_client(), "/club/tv/api").send("POST", "/users", {"name": "ann"})
    assert answer.headers["Location"] == "/club/tv/api/users/1"
