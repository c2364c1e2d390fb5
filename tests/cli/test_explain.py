"""``flask iptv explain``: the decision, its reason and each rule; tokens are never repeated."""

from __future__ import annotations

import json

import pytest
from flask import Flask

from flask_iptv import database, users
from tests.cli.runner import iptv, refusal


def test_a_user_who_may_watch(provider: Flask) -> None:
    result = iptv(provider, "explain", "--user", "bob", "--channel", "ort", "--ip", "192.0.2.1")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0] == "allowed, for 180 seconds"
    assert lines[1].split() == ["RULE", "OUTCOME", "WHY"]
    assert any(line.startswith("token") and "the token is bob's" in line for line in lines)
    assert "bobs-token" not in result.output


def test_the_rule_that_refuses_is_the_last_one(provider: Flask) -> None:
    words = ("--user", "bob", "--channel", "sport/espn hd", "--json")
    told = json.loads(iptv(provider, "explain", *words).stdout)
    assert (told["allowed"], told["reason"], told["duration"]) == (False, "not_in_package", 30)
    assert told["steps"][-1]["outcome"] == "refused"
    assert told["steps"][-1]["text"] == "sport/espn hd is in none of bob's packages"


def test_a_token_is_looked_up_and_never_repeated(provider: Flask) -> None:
    mine = iptv(provider, "explain", "--token", "bobs-token", "--channel", "ort")
    assert "the token is bob's" in mine.stdout
    other = iptv(provider, "explain", "--token", "geheim", "--channel", "ort")
    assert other.stdout.startswith("refused: unknown_token, for 30 seconds\n")
    assert "bobs-token" not in mine.output
    assert "geheim" not in other.output


def test_address_player_and_protocol_count(provider: Flask) -> None:
    with provider.app_context():
        users.update(users.by_name("eve"), allowed_networks=["192.0.2.0/24"])
        database.session().commit()
    words = (
        "explain",
        "--user",
        "eve",
        "--channel",
        "ort",
        "--protocol",
        "hls",
        "--user-agent",
        "V",
    )
    assert "allowed, for" in iptv(provider, *words, "--ip", "192.0.2.1").stdout
    outside = iptv(provider, *words, "--ip", "198.51.100.1")
    assert "refused: address_not_allowed" in outside.stdout


def test_a_device_that_watches_takes_its_slot_and_the_dry_run_none(provider: Flask) -> None:
    words = ("explain", "--user", "bob", "--channel", "ort", "--ip")
    for _ in range(2):
        assert "allowed" in iptv(provider, *words, "192.0.2.2").stdout
    asked = {"name": "ort", "token": "bobs-token", "ip": "192.0.2.1"}
    assert provider.test_client().get("/tv/auth", query_string=asked).status_code == 200
    assert "too_many_sessions" in iptv(provider, *words, "192.0.2.2").stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--user", "nobody", "--channel", "ort"), "user: there is no user 'nobody'"),
        (("--channel", "ort"), "user or token must be given, and not both of them"),
        (("--user", "a", "--token", "geheim", "--channel", "ort"), "and not both of them"),
        (("--user", "bob", "--channel", "ort", "--ip", "here"), "ip: must be an address such as"),
        (("--user", "bob", "--channel", "/"), "channel: must be the stream's name"),
    ],
)
def test_bad_input_is_named(provider: Flask, words: tuple[str, ...], said: str) -> None:
    told = refusal(iptv(provider, "explain", *words))
    assert said in told
    assert "geheim" not in told
    assert told.count("\n") == 1


def test_an_unknown_channel_is_explained(provider: Flask) -> None:
    result = iptv(provider, "explain", "--user", "bob", "--channel", "nothing")
    assert result.stdout.startswith("refused: channel_unknown")
