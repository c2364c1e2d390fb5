"""What is shown of our records in tracebacks and logs has no key in it, whichever record it is."""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

import example_app
import flask_iptv
from flask_iptv import servers, users
from flask_iptv.api.links import LinkOut
from flask_iptv.config import Settings, load
from flask_iptv.errors import Duplicate, InvalidInput, NotFound
from flask_iptv.models import User
from flask_iptv.users.fields import UserFields

MARK = "marked-secret"

#: In the names of fields that hold a secret, or texts that may have one in them.
SECRET = re.compile(
    "key|token|secret|passw|^query$|^qs$|environ|^headers$|^body$|location|^referer$"
    "|session_store|auth_rules|upstream_auth$"
)
#: What is called so and is no secret.
HARMLESS = {
    "Settings.viewer_new_token",
    "Settings.bind_key",
    "Created.location",
    "Operation.query",
    "Operation.body",
}


def modules() -> Iterator[str]:
    for package in (flask_iptv, example_app):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if ".migrations" not in module.name and not module.name.endswith("__main__"):
                yield module.name


def records() -> Iterator[type[Any]]:
    for name in modules():
        for item in vars(importlib.import_module(name)).values():
            if inspect.isclass(item) and item.__module__ == name:
                yield item


def fields_of(record: type[Any]) -> list[str]:
    if issubclass(record, tuple):
        return list(getattr(record, "_fields", ()))
    if issubclass(record, BaseModel):
        return list(record.model_fields)
    return [field.name for field in dataclasses.fields(record)]


def filled(record: type[Any], names: list[str]) -> object:
    """A record with the mark in every field, whatever their types are."""
    values: dict[str, Any] = dict.fromkeys(names, MARK)
    if issubclass(record, tuple):
        return record(**values)
    if issubclass(record, BaseModel):
        return record.model_construct(**values)
    made = object.__new__(record)
    for name in names:
        object.__setattr__(made, name, MARK)
    return made


def holders() -> Iterator[tuple[type[Any], list[str]]]:
    """The records of ours that have a field with a secret in it."""
    for record in records():
        kinds = hasattr(record, "_fields") and issubclass(record, tuple)
        if kinds or dataclasses.is_dataclass(record) or issubclass(record, BaseModel):
            secret = [
                name
                for name in fields_of(record)
                if SECRET.search(name) and f"{record.__qualname__}.{name}" not in HARMLESS
            ]
            if secret:
                yield record, secret


def test_no_record_shows_a_key() -> None:
    found = {record.__qualname__: (record, secret) for record, secret in holders()}
    assert {"Play", "Question", "Answer", "Settings", "UserOut", "UserFacts"} <= set(found)
    telling = []
    for record, secret in found.values():
        names = fields_of(record)
        described = repr(filled(record, names))
        shown = [name for name in secret if f"{name}='{MARK}'" in described]
        if shown:
            telling.append(f"{record.__module__}.{record.__qualname__}: {shown}")
    assert telling == []


def test_links_and_settings_neither() -> None:
    link = LinkOut.model_construct(url="https://x/ort/index.m3u8?token=bobs-token", token="x" * 9)
    assert "bobs" not in repr(link) + str(link)
    settings = load({"IPTV_AUTH_SECRET": MARK, "IPTV_SESSION_STORE": f"redis://:{MARK}@x:6379/0"})
    assert MARK not in repr(settings)
    assert "auth_duration=180" in repr(settings)
    assert repr(Settings()).startswith("Settings(admin_username='admin', ")


def test_models() -> None:
    assert MARK not in repr(User(name="bob", key=MARK)) + str(User(name="bob", key=MARK))


@pytest.mark.parametrize("field", ["key", "token", "api_password", "publish_key", "Secret"])
def test_errors_do_not_repeat_the_value_of_a_secret_field(field: str) -> None:
    assert MARK not in str(Duplicate("user", field, MARK))
    assert MARK not in repr(Duplicate("user", field, MARK).problems)


@pytest.mark.usefixtures("context")
def test_what_is_wrong_with_a_key_is_said_without_it() -> None:
    for field, call in (("key", users.create), ("securetoken_keys", servers.create)):
        wrong: dict[str, Any] = {"name": "new", field: f"{MARK} \0 жж"}
        with pytest.raises(InvalidInput) as refused:
            call(**wrong)
        assert MARK not in str(refused.value) + repr(refused.value.problems)
        assert refused.value.__suppress_context__


def test_an_error_of_pydantic_that_nobody_translates_has_no_input_in_it() -> None:
    with pytest.raises(ValidationError) as refused:
        UserFields.model_validate({"name": "bob", "key": [MARK]})
    assert MARK not in str(refused.value)


def test_who_is_not_found_is_named_by_no_token() -> None:
    assert MARK not in str(NotFound("user with this", "token"))
