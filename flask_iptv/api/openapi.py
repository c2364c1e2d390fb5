"""``/api/openapi.json``: the OpenAPI 3.1 document, made of the routes and the models."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Any

from flask import request, url_for
from pydantic import BaseModel, RootModel
from pydantic.json_schema import models_json_schema

from .. import config
from ..fields import Input
from .answer import RecordOut
from .errors import Refusal
from .resource import Operation, Resource, resources

Json = dict[str, Any]

_REFUSALS = {
    400: "The body is no JSON object, or the query can't be read.",
    401: "The login is missing or wrong.",
    403: "The request was sent from a page of another site.",
    404: "There is none of this id or name.",
    409: "The name or key is taken, or something is in use.",
    412: "It is not what `If-Match` names, or is what `If-None-Match` names; nothing was done.",
    413: "The body is too large.",
    422: "A field or a query parameter can't be used.",
    429: "Too many wrong logins or changes; `Retry-After` says how many seconds to wait.",
    502: "The media server can't be reached, or its answer can't be used.",
    503: "The database does not answer, or has not got the tables.",
}
_IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "description": "Do it only if the record has this ETag still.",
    "schema": {"type": "string"},
}
_UNLESS_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "description": "Do it only if the record has another ETag.",
    "schema": {"type": "string"},
}
_IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "description": "Send the record only if it has another ETag by now.",
    "schema": {"type": "string"},
}
_PATH_PART = re.compile(r"<(?:(?P<converter>[^:<>]+):)?(?P<name>[^<>]+)>")


class Document(RootModel[dict[str, Any]]):
    """An OpenAPI 3.1 document."""


document = Resource("/openapi.json", "openapi")


@document.on("GET", answer=Document)
def get_openapi() -> Document:
    """Show this document."""
    own_path = url_for(".api_openapi")
    site = config.current().public_url or request.host_url.rstrip("/")
    mount = site + own_path.removesuffix(document.rule)
    return Document({**_mountless(), "servers": [{"url": mount}]})


@cache
def _mountless() -> Json:
    schemas = _schemas()
    return {
        "openapi": "3.1.0",
        "info": {"title": "Flask-IPTV", "version": "1"},
        "security": [{"basic": []}],
        "paths": {_template(resource): _path(resource) for resource in resources()},
        "components": {
            "schemas": schemas,
            "responses": {str(status): _refusal(text) for status, text in _REFUSALS.items()},
            "securitySchemes": {"basic": {"type": "http", "scheme": "basic"}},
        },
    }


def _refusal(description: str) -> Json:
    return {"description": description, "content": _content(Refusal.__name__)}


def _content(schema: str) -> Json:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}


def _template(resource: Resource) -> str:
    return _PATH_PART.sub(r"{\g<name>}", resource.rule)


def _path(resource: Resource) -> Json:
    operations = resource.operations.values()
    path: Json = {each.method.lower(): _operation(resource, each) for each in operations}
    parts = list(_PATH_PART.finditer(resource.rule))
    if parts:
        path["parameters"] = [_path_parameter(**part.groupdict()) for part in parts]
    return path


def _path_parameter(name: str, converter: str | None) -> Json:
    parameter = {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
    if converter == "path":
        parameter["description"] = "Slashes in it stay as they are."
    return parameter


def _operation(resource: Resource, operation: Operation) -> Json:
    told: Json = {
        "operationId": operation.name,
        "summary": (operation.handler.__doc__ or "").rstrip("."),
        "tags": [resource.rule.split("/")[1]],
        "responses": {str(operation.status): _success(operation)},
    }
    for status in _refusals(resource, operation):
        told["responses"][str(status)] = {"$ref": f"#/components/responses/{status}"}
    parameters = [] if operation.query is None else _query_parameters(operation.query)
    if resource.record is not None:
        is_read = operation.method == "GET"
        parameters += [_IF_NONE_MATCH] if is_read else [_IF_MATCH, _UNLESS_MATCH]
        if is_read:
            told["responses"]["304"] = {"description": "It is what `If-None-Match` names."}
    if parameters:
        told["parameters"] = parameters
    if operation.body is not None:
        told["requestBody"] = {
            "required": True,
            "content": _content(_input_name(operation.body, operation)),
        }
    return told


def _success(operation: Operation) -> Json:
    if operation.answer is None:
        return {"description": "Done."}
    told: Json = {
        "description": (operation.answer.__doc__ or "").strip(),
        "content": _content(operation.answer.__name__),
    }
    headers = {}
    if operation.status == 201:
        headers["Location"] = {"description": "Its address.", "schema": {"type": "string"}}
    if issubclass(operation.answer, RecordOut):
        description = "Tells it from what it was before and will be."
        headers["ETag"] = {"description": description, "schema": {"type": "string"}}
    return told | ({"headers": headers} if headers else {})


def _refusals(resource: Resource, operation: Operation) -> Iterable[int]:
    statuses = {401, 429, 503}
    if operation.query is not None:
        statuses |= {400, 422}
    if operation.body is not None:
        statuses |= {400, 413, 422}
    if operation.method != "GET":
        statuses |= {403, 409}
        if resource.record is not None:
            statuses.add(412)
    if "<" in resource.rule:
        statuses.add(404)
    if operation.asks_servers:
        statuses.add(502)
    return sorted(statuses)


def _query_parameters(model: type[Input]) -> list[Json]:
    parameters = []
    for name, schema in model.model_json_schema()["properties"].items():
        told = {"name": name, "in": "query", "schema": _without_null(schema)}
        if "description" in schema:
            told["description"] = schema.pop("description")
        parameters.append(told)
    return parameters


def _without_null(schema: Json) -> Json:
    """A query says nothing by leaving a parameter out."""
    for choice in schema.pop("anyOf", []):
        if choice != {"type": "null"}:
            schema.update(choice)
    if schema.get("default", "") is None:
        del schema["default"]
    return schema


def _input_name(body: type[BaseModel], operation: Operation) -> str:
    name = body.__name__
    return name.replace("Fields", "Changes") if operation.partial else name


def _schemas() -> Json:
    operations = [each for resource in resources() for each in resource.operations.values()]
    bodies = [(each.body, each) for each in operations if each.body is not None]
    models: dict[type[BaseModel], Any] = {Refusal: "serialization"}
    models |= {each.answer: "serialization" for each in operations if each.answer is not None}
    models |= {body: "validation" for body, _ in bodies}
    _, told = models_json_schema(list(models.items()), ref_template="#/components/schemas/{model}")
    schemas: Json = told["$defs"]
    inputs = {_input_name(body, each): _input(body, each, schemas) for body, each in bodies}
    return schemas | inputs


def _input(body: type[BaseModel], operation: Operation, schemas: Json) -> Json:
    schema: Json = schemas[body.__name__]
    shown = schemas[operation.answer.__name__]["properties"] if operation.answer else {}
    properties = {}
    for name, given in schema["properties"].items():
        told = dict(given)
        if given.get("type") == "array":
            # Nothing is read as no items.
            told["type"] = ["array", "null"]
        if operation.partial:
            told.pop("default", None)
        if "description" in shown.get(name, {}):
            told["description"] = shown[name]["description"]
        properties[name] = told
    for name in sorted(operation.read_only):
        properties[name] = {**shown[name], "readOnly": True}
    changed = {"title": _input_name(body, operation), "properties": properties}
    if operation.partial:
        changed["required"] = []
    return schema | changed
