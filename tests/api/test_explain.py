"""``/api/explain``."""

from __future__ import annotations

import pytest

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
