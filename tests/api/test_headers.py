"""What browsers and caches are told: nothing is guessed, and no token is kept in a redirection."""

from __future__ import annotations

import pytest

from tests.api.caller import Caller


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/users", 200),
        ("GET", "/openapi.json", 200),
        ("OPTIONS", "/users", 204),
        ("GET", "/users/99", 404),
        ("GET", "/nowhere", 404),
        ("GET", "/users/a%0Ab", 404),
        ("GET", "/packages/a%0Ab/channels/c%0Ad", 404),
        ("GET", "//users", 404),
        ("PUT", "/users//1", 404),
        ("GET", "///", 404),
        ("PATCH", "/users", 405),
        ("PROPFIND", "/users", 405),
        ("POST", "/users", 400),
        ("PUT", "/users/1/packages/nix", 404),
    ],
)
def test_no_browser_guesses_what_an_answer_is(
    refusing: Caller, method: str, path: str, status: int
) -> None:
    answer = refusing.send(method, path)
    assert answer.status_code == status
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.mimetype == "application/json" or status == 204


def test_so_without_the_login(refusing: Caller) -> None:
    answer = refusing.send("GET", "/users", auth=None)
    assert (answer.status_code, answer.headers["X-Content-Type-Options"]) == (401, "nosniff")


@pytest.mark.parametrize(
    "address",
    [
        "/tv//auth?name=ort&token=bobs-token",
        "//tv/auth?name=ort&token=bobs-token",
        "/tv/auth//srs?token=bobs-token",
        "/tv//playlists/bob.m3u?token=bobs-token",
        "/tv/playlists//bob?token=bobs-token",
        "/tv//my/bobs-token",
        "//tv/my/bobs-token",
        "/tv//api/users?search=bobs-token",
        "/tv/api//users?search=bobs-token",
        "/tv/api/users//1?x=bobs-token",
        "/tv//admin/users?q=bobs-token",
        "/tv//static/1/iptv.css?token=bobs-token",
        "//tv/static/1/iptv.css?token=bobs-token",
        "/tv/static/1//iptv.css?token=bobs-token",
    ],
)
def test_no_redirection_repeats_a_token(estate: Caller, address: str) -> None:
    # Not as its address, since the client takes two slashes for the beginning of a host.
    path, _, query = address.partition("?")
    answer = estate.client.get("/", environ_overrides={"PATH_INFO": path, "QUERY_STRING": query})
    answer.close()
    assert answer.status_code not in range(300, 400)
    assert "Location" not in answer.headers
