"""What playlists, viewer's pages and the API answer when it is too often; never ``/auth``."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.api.caller import Caller
from tests.clock import Clock

LISTS = ("bob.m3u", "bob.xspf", "bob", "nobody.m3u")
BOB = "/tv/playlists/bob.m3u?token=bobs-token"


@pytest.fixture
def clock(provider: Flask) -> Clock:
    """The time of the small provider's limits."""
    return Clock.of(provider)


@pytest.fixture
def viewer(provider: Flask, clock: Clock) -> FlaskClient:
    """A player or a browser."""
    return provider.test_client()


def test_unknown_tokens_are_counted_together_wherever_they_are_tried(
    viewer: FlaskClient, clock: Clock
) -> None:
    addresses = [f"/tv/playlists/{name}?token=guess" for name in LISTS]
    addresses += ["/tv/my/guess", "/tv/my/guess/new-token", "/tv/my/guess/devices/1"]
    answers = [viewer.get(addresses[number % 7]).status_code for number in range(30)]
    assert set(answers[:4]) == {403}
    assert set(answers) == {403, 404}
    late = [viewer.get(address) for address in addresses]
    late += [viewer.head(addresses[0]), viewer.post("/tv/playlists/bob.m3u", data={"token": "x"})]
    late += [viewer.post("/tv/my/guess/new-token", data={"replacement": "x" * 22})]
    assert {answer.status_code for answer in late} == {429}
    assert {answer.headers["Retry-After"] for answer in late} == {"10"}
    assert {answer.headers["Cache-Control"] for answer in late} == {"no-store"}
    assert late[0].text == "Too many unknown tokens came from this address. Try again in 10 s.\n"
    assert late[0].content_type == "text/plain; charset=utf-8"
    assert "were opened from your network" in late[4].text
    assert "10 s" in late[4].text
    clock.now += 10
    assert [viewer.get(address).status_code for address in addresses[:2]] == [403, 429]


def test_a_right_token_is_let_through_from_a_limited_address(
    viewer: FlaskClient, clock: Clock
) -> None:
    for _ in range(31):
        last = viewer.get("/tv/my/guess").status_code
    assert last == 429
    for address in (BOB, BOB.replace(".m3u", ".xspf"), "/tv/my/eves-token"):
        assert viewer.get(address).status_code == 200
    # Neither did it count, nor does it give anybody more guesses.
    assert viewer.get("/tv/my/guess").headers["Retry-After"] == "10"


def test_right_tokens_never_count_as_guesses(viewer: FlaskClient) -> None:
    for _ in range(40):
        assert viewer.get("/tv/my/eves-token").status_code == 200
    assert viewer.get("/tv/my/guess").status_code == 404


def test_a_user_fetches_the_playlist_so_often_whatever_the_address(
    viewer: FlaskClient, clock: Clock
) -> None:
    answers = [
        viewer.get(BOB, environ_overrides={"REMOTE_ADDR": f"192.0.2.{number}"})
        for number in range(31)
    ]
    assert [answer.status_code for answer in answers] == [200] * 30 + [429]
    assert answers[30].text == "This playlist was fetched too often. Try again in 1 s.\n"
    assert answers[30].headers["Retry-After"] == "1"
    assert viewer.get("/tv/playlists/eve.m3u?token=eves-token").status_code == 200
    clock.now += 2
    assert [viewer.get(BOB).status_code for _ in range(3)] == [200, 200, 429]


def test_an_account_writes_so_often_and_reads_on(provider: Flask, clock: Clock) -> None:
    api = Caller(provider.test_client())
    sent = [api.send("PUT", "/users/1", {"comment": "x"}).status_code for _ in range(4)]
    sent += [api.send("DELETE", "/users/77").status_code for _ in range(596)]
    assert set(sent) == {200, 404}
    for method in ("POST", "PUT", "DELETE"):
        late = api.send(method, "/users/1", {})
        assert late.status_code == 429
        assert late.headers["Retry-After"] == "1"
        (problem,) = late.get_json()["errors"]
        assert problem["code"] == "too_many_requests"
        assert "Try again in 1 s" in problem["message"]
    assert api.get("/users/1")["comment"] == "x"
    clock.now += 1
    assert api.send("PUT", "/users/1", {"comment": "y"}).status_code == 200


def test_media_servers_ask_as_often_as_they_like(viewer: FlaskClient) -> None:
    for token, verdict in (("guess", 403), ("bobs-token", 200)):
        question = f"/tv/auth?name=ort&ip=192.0.2.1&token={token}"
        assert {viewer.get(question).status_code for _ in range(100)} == {verdict}
