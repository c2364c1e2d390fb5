"""``flask iptv users …``."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from flask_iptv import database, users
from flask_iptv.models import User
from tests.cli.runner import iptv, refusal


def test_a_new_user_gets_a_token_and_playlists_that_work(make_app: Callable[..., Flask]) -> None:
    app = make_app(IPTV_PUBLIC_URL="https://tv.example")
    result = iptv(app, "users", "add", "bob smith")
    assert result.exit_code == 0
    with app.app_context():
        token = users.by_name("bob smith").key
    address = f"https://tv.example/tv/playlists/bob%20smith.m3u?token={token}"
    assert result.stdout.splitlines() == [
        f"token    {token}",
        f"HLS      {address}&output=hls",
        f"MPEG-TS  {address}&output=mpegts",
    ]
    assert app.test_client().get(address).status_code == 200


def test_without_a_public_url_the_path_is_shown_and_the_remedy(app: Flask) -> None:
    result = iptv(app, "users", "add", "bob", "--key", "bobs-token")
    assert "HLS      /tv/playlists/bob.m3u?token=bobs-token&output=hls" in result.stdout
    assert "IPTV_PUBLIC_URL" in result.stderr


def test_every_field_can_be_given(provider: Flask) -> None:
    result = iptv(
        provider, "users", "add", "ann", "--email", "ann@example.com", "--key", "anns-token",
        "--max-sessions", "3", "--package", "basic", "--network", "192.0.2.0/24",
        "--network", "2001:db8::/32", "--starts-at", "2027-01-01",
        "--expires-at", "2027-01-31 18:30", "--comment", "Flat 7", "--json",
    )  # fmt: skip
    shown = json.loads(result.stdout)
    playlists = shown.pop("playlists")
    assert shown == {
        "id": 3, "name": "ann", "email": "ann@example.com", "key": "anns-token",
        "max_sessions": 3, "packages": ["basic"], "enabled": True,
        "starts_at": "2027-01-01T00:00:00Z", "expires_at": "2027-01-31T18:30:00Z",
        "allowed_networks": ["192.0.2.0/24", "2001:db8::/32"], "comment": "Flat 7",
        "created_at": shown["created_at"], "updated_at": shown["updated_at"],
    }  # fmt: skip
    assert list(playlists) == ["hls", "mpegts"]


@pytest.mark.parametrize(
    ("words", "field", "value"),
    [
        (["bob"], "name", "'bob'"),
        (["a/b"], "name", "'a/b'"),
        (["new", "--key", "eves-token"], "key", "this key"),
        (["new", "--max-sessions", "many"], "max_sessions", "'many'"),
        (["new", "--max-sessions", "0"], "max_sessions", "'0'"),
        (["new", "--package", "basic", "--package", "gold"], "packages", "'gold'"),
        (["new", "--network", "10.0.0.1/8"], "allowed_networks.0", "'10.0.0.1/8'"),
        (["new", "--expires-at", "soon"], "expires_at", "'soon'"),
        (["new", "--email", "nobody"], "email", "'nobody'"),
        (["new", "--starts-at", "2027-02-01", "--expires-at", "2027-01-01"], "", "2027-02-01"),
    ],
)
def test_a_refused_field_is_named_with_its_value_in_one_line(
    provider: Flask, words: list[str], field: str, value: str
) -> None:
    said = refusal(iptv(provider, "users", "add", *words))
    assert said.startswith(f"Error: {field}")
    assert value in said
    assert said.count("\n") == 1
    with provider.app_context():
        assert users.page().count == 2


def test_every_problem_has_its_line(app: Flask) -> None:
    words = ("new", "--max-sessions", "x", "--network", "y", "--email", "z")
    said = refusal(iptv(app, "users", "add", *words))
    assert [line.split(":")[1].strip() for line in said.splitlines()] == [
        "email",
        "max_sessions",
        "allowed_networks.0",
    ]


def test_the_list_is_aligned(provider: Flask) -> None:
    iptv(provider, "users", "add", "a-much-longer-name", "--expires-at", "2020-01-31")
    assert iptv(provider, "users", "list").stdout.splitlines() == [
        "NAME                STATE    SESSIONS  EXPIRES (UTC)     PACKAGES         E-MAIL",
        "a-much-longer-name  expired  -         2020-01-31 00:00  (every channel)  -",
        "bob                 active   1         -                 basic            -",
        "eve                 active   -         -                 (every channel)  -",
    ]


def names(app: Flask, *words: str) -> list[str]:
    result = iptv(app, "users", "list", "--json", *words)
    assert result.exit_code == 0
    return [json.loads(line)["name"] for line in result.stdout.splitlines()]


def test_the_list_can_be_narrowed(provider: Flask) -> None:
    iptv(provider, "users", "disable", "eve")
    assert names(provider) == ["bob", "eve"]
    assert names(provider, "--search", "OB") == ["bob"]
    assert names(provider, "--package", "basic") == ["bob"]
    assert names(provider, "--disabled") == ["eve"]
    assert names(provider, "--enabled") == ["bob"]
    assert "'gold'" in refusal(iptv(provider, "users", "list", "--package", "gold"))


def test_json_shows_users_as_the_api_does(provider: Flask) -> None:
    lines = iptv(provider, "users", "list", "--json").stdout.splitlines()
    answer = provider.test_client().get("/tv/api/users", auth=("admin", "correct horse"))
    assert [json.loads(line) for line in lines] == answer.get_json()["users"]


def test_a_long_list_is_whole(app: Flask) -> None:
    with app.app_context():
        rows = [{"name": f"user{n:04}", "key": f"key{n}"} for n in range(2_500)]
        database.session().execute(sa.insert(User), rows)
        database.session().commit()
    assert names(app) == [f"user{n:04}" for n in range(2_500)]
    assert len(iptv(app, "users", "list").stdout.splitlines()) == 2_501


def test_a_disabled_user_may_not_watch_until_enabled(provider: Flask) -> None:
    playlist = "/tv/playlists/bob.m3u?token=bobs-token"
    assert iptv(provider, "users", "disable", "bob").stdout == "bob is disabled.\n"
    assert provider.test_client().get(playlist).status_code == 403
    assert iptv(provider, "users", "enable", "bob").stdout == "bob is enabled.\n"
    assert provider.test_client().get(playlist).status_code == 200


def test_enabling_an_expired_user_says_that_it_is_not_enough(app: Flask) -> None:
    iptv(app, "users", "add", "bob", "--expires-at", "2020-01-31")
    assert iptv(app, "users", "enable", "bob").stdout == "bob is enabled, but expired.\n"


def test_a_token_is_shown_and_kept(provider: Flask) -> None:
    result = iptv(provider, "users", "token", "bob")
    assert result.stdout.startswith("token    bobs-token\n")
    shown = json.loads(iptv(provider, "users", "token", "bob", "--json").stdout)
    assert shown["key"] == "bobs-token"


def test_a_new_token_takes_the_place_of_the_old(provider: Flask) -> None:
    shown = json.loads(iptv(provider, "users", "token", "bob", "--new", "--yes", "--json").stdout)
    player = provider.test_client()
    assert player.get("/tv/playlists/bob.m3u?token=bobs-token").status_code == 403
    assert player.get(shown["playlists"]["mpegts"]).status_code == 200


@pytest.mark.parametrize("command", [("token", "bob", "--new"), ("delete", "bob")])
@pytest.mark.parametrize("answer", ["n\n", "\n", ""])
def test_what_can_not_be_undone_is_asked_first(
    provider: Flask, command: tuple[str, ...], answer: str
) -> None:
    result = iptv(provider, "users", *command, typed=answer)
    assert result.exit_code == 1
    assert "bob" in result.stderr
    with provider.app_context():
        assert users.by_name("bob").key == "bobs-token"


@pytest.mark.parametrize(("words", "typed"), [([], "y\n"), (["--yes"], "")])
def test_a_user_is_deleted(provider: Flask, words: list[str], typed: str) -> None:
    result = iptv(provider, "users", "delete", "bob", *words, typed=typed)
    assert result.exit_code == 0
    assert names(provider) == ["eve"]


@pytest.mark.parametrize("verb", ["disable", "enable", "token", "delete"])
def test_a_user_that_there_is_not_is_named(provider: Flask, verb: str) -> None:
    result = iptv(provider, "users", verb, "nobody")
    assert refusal(result) == "Error: there is no user 'nobody'\n"
