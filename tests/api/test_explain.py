"""``/api/explain``."""

from __future__ import annotations

import pytest
from flask import Flask

from flask_iptv import channels, database, packages, servers, users
from tests.api.caller import Caller


def explain(caller: Caller, **fields: object) -> dict[str, object]:
    answer = caller.send("POST", "/explain", fields)
    assert answer.status_code == 200, answer.text
    assert answer.json is not None
    told: dict[str, object] = answer.json
    return told


def test_a_user_is_explained_and_nothing_is_changed(refusing: Caller) -> None:
    told = explain(refusing, user="bob", channel="ort", ip="192.0.2.1", user_agent="VLC")
    assert (told["allowed"], told["reason"], told["duration"]) == (True, None, 180)
    steps = told["steps"]
    assert isinstance(steps, list)
    assert steps[0] == {"rule": "token", "outcome": "passed", "text": "the token is bob's"}


def test_a_refusal_has_its_reason(refusing: Caller) -> None:
    told = explain(refusing, token="bobs-token", channel="sport/espn hd", protocol="hls")
    assert (told["allowed"], told["reason"], told["duration"]) == (False, "not_in_package", 30)
    assert explain(refusing, token="x", channel="ort")["reason"] == "unknown_token"
    assert explain(refusing, user="eve", channel="none")["reason"] == "channel_unknown"


@pytest.mark.parametrize("kind", [None, "srs"])
@pytest.mark.parametrize("stream", ["live/espn", "app/espn", "vip/espn", "live/none"])
def test_a_channel_without_its_application_is_found_as_its_server_finds_it(
    provider: Flask, stream: str, kind: servers.ServerKind | None
) -> None:
    with provider.app_context():
        if kind is not None:
            servers.create(name="rtmp", url="https://r.example", kind=kind)
        channels.create(name="espn", server=kind and "rtmp")
        packages.create(name="sport", channels=["espn"])
        users.create(name="ann", key="anns-token", packages=["sport"])
        database.session().commit()
    app, _, name = stream.partition("/")
    asked = {"action": "on_play", "app": app, "stream": name, "param": "?token=anns-token"}
    said = provider.test_client().post("/tv/auth/srs", json=asked).get_json(force=True)
    told = explain(Caller(provider.test_client()), user="ann", channel=stream)
    assert (told["allowed"], told["reason"]) == (
        (True, None) if said == 0 else (False, said["reason"])
    )


def test_a_server_without_applications_finds_no_channel_by_half_its_name(
    provider: Flask,
) -> None:
    with provider.app_context():
        channels.create(name="espn", server="main")
        packages.update(packages.get("basic"), channels=["espn"])
        database.session().commit()
    query = {"name": "live/espn", "token": "bobs-token", "ip": "192.0.2.1"}
    assert provider.test_client().get("/tv/auth", query_string=query).text == "channel_unknown"
    told = explain(Caller(provider.test_client()), user="bob", channel="live/espn")
    assert told["reason"] == "channel_unknown"


@pytest.mark.parametrize(
    ("body", "field", "words"),
    [
        ({"channel": "ort"}, "", "user or token must be given"),
        ({"user": "bob", "token": "geheim", "channel": "ort"}, "", "and not both of them"),
        ({"user": "nobody", "channel": "ort"}, "user", "there is no user 'nobody'"),
        ({"user": "bob"}, "channel", "is required"),
        ({"user": "bob", "channel": "ort", "ip": "x"}, "ip", "must be an address such as"),
        ({"token": ["geheim"], "channel": "ort"}, "token", "must be a text"),
    ],
)
def test_bad_input_is_named_without_the_token(
    refusing: Caller, body: dict[str, object], field: str, words: str
) -> None:
    answer = refusing.send("POST", "/explain", body)
    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["errors"][0]["field"] == field
    assert words in answer.json["message"]
    assert "geheim" not in answer.text
