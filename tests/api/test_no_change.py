"""What is so already is no change: nothing is written and nobody is told."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from flask_iptv import signals
from tests.api.caller import Caller

RECORDS = ("/users/1", "/packages/basic", "/channels/ort", "/servers/main")


@pytest.mark.parametrize("path", RECORDS)
def test_a_record_that_is_put_back_stays_as_it_was(estate: Caller, path: str) -> None:
    told: list[Any] = []

    def hear(sender: Flask, **facts: Any) -> None:
        told.append(facts)

    got = estate.send("GET", path)
    assert isinstance(got.json, dict)
    with signals.user_updated.connected_to(hear, sender=estate.client.application):
        for body in (got.json, {}, dict(list(got.json.items())[1:4])):
            put = estate.send("PUT", path, body)
            assert (put.status_code, put.json) == (200, got.json)
            assert put.headers["ETag"] == got.headers["ETag"]
    assert told == []


def test_a_part_that_is_there_already_tells_nobody(estate: Caller) -> None:
    told: list[Any] = []

    def hear(sender: Flask, **facts: Any) -> None:
        told.append(facts["changed"])

    before = estate.get("/users/1"), estate.get("/packages/basic")
    with signals.user_updated.connected_to(hear, sender=estate.client.application):
        assert estate.send("PUT", "/users/1/packages/basic").status_code == 204
        assert estate.send("PUT", "/packages/basic/channels/ort").status_code == 204
        assert (estate.get("/users/1"), estate.get("/packages/basic")) == before
        assert told == []
        for _ in range(2):
            assert estate.send("DELETE", "/users/1/packages/basic").status_code == 204
        assert told == [{"packages"}]


@pytest.mark.parametrize(
    "path",
    [
        "/users/9/packages/basic",
        "/users/1/packages/nix",
        "/packages/nix/channels/ort",
        "/packages/basic/channels/nix",
    ],
)
@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_a_part_that_there_is_not_is_named(refusing: Caller, method: str, path: str) -> None:
    answer = refusing.send(method, path)
    assert answer.status_code == 404
    assert "there is no " in answer.text
