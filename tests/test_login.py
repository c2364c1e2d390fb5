"""The HTTP Basic login: who gets in, and how often the slow hash is computed."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread

import pytest
from flask import Flask
from werkzeug.security import check_password_hash, generate_password_hash

from flask_iptv.rate_limits import TooMany, hashing, passwords
from tests.clock import Clock
from tests.conftest import LOGIN, PASSWORD
from tests.patience import LIMIT

WRONG = ("admin", "wrong")


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The passwords that the slow hash was computed for, beginning with nothing remembered."""
    computed: list[str] = []

    def compute(known: str, password: str) -> bool:
        computed.append(password)
        return check_password_hash(known, password)

    monkeypatch.setattr(passwords, "check_password_hash", compute)
    monkeypatch.setattr(passwords, "_memory", passwords.Memory())
    return computed


def status(
    app: Flask, auth: tuple[str, str] | None, address: str = "192.0.2.1", path: str = "/api/users"
) -> int:
    place = {"REMOTE_ADDR": address}
    client = app.test_client()
    return client.get(f"/tv{path}", auth=auth, environ_overrides=place).status_code


def test_a_right_login_is_hashed_once(app: Flask, hashed: list[str]) -> None:
    assert [status(app, LOGIN) for _ in range(5)] == [200] * 5
    assert hashed == [PASSWORD]


@pytest.mark.parametrize(
    "auth", [WRONG, ("root", PASSWORD), ("admin", ""), ("", PASSWORD), ("admin", "\u043f")]
)
def test_a_wrong_login_is_hashed_each_time(
    app: Flask, hashed: list[str], auth: tuple[str, str]
) -> None:
    assert status(app, LOGIN) == 200
    assert [status(app, auth) for _ in range(3)] == [401] * 3
    assert hashed == [PASSWORD, *[auth[1]] * 3]


@pytest.mark.parametrize("auth", [None, ("", "")])
def test_who_says_nothing_costs_no_hash_and_guesses_nothing(
    app: Flask, hashed: list[str], auth: tuple[str, str] | None
) -> None:
    assert {status(app, auth) for _ in range(20)} == {401}
    assert hashed == []
    assert status(app, LOGIN) == 200


def test_a_new_password_counts_at_once(make_app: Callable[..., Flask], hashed: list[str]) -> None:
    assert status(make_app(), LOGIN) == 200
    other = generate_password_hash("another", method="pbkdf2:sha256:1")
    assert status(make_app(IPTV_ADMIN_PASSWORD_HASH=other), LOGIN) == 401
    assert status(make_app(IPTV_ADMIN_PASSWORD_HASH=None), LOGIN) == 401


def test_what_is_remembered_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "MOST_REMEMBERED", 10)
    memory = passwords.Memory()
    for number in range(100):
        memory.add("admin", str(number))
        # Who comes again and again stays.
        assert memory.has("admin", "0")
    assert sum(memory.has("admin", str(number)) for number in range(100)) == 10
    assert not memory.has("admin9", "9")


@pytest.mark.parametrize("path", ["/api/users", "/admin/"])
def test_the_eleventh_wrong_login_costs_no_hash_and_has_to_wait(
    app: Flask, hashed: list[str], path: str
) -> None:
    clock = Clock.of(app)
    # Each with another name, so that it is the address which is limited.
    guesses = [(f"admin{number}", "wrong") for number in range(11)]
    assert [status(app, guess, path=path) for guess in guesses] == [401] * 10 + [429]
    assert len(hashed) == 10
    assert status(app, WRONG, "192.0.2.2", path) == 401
    clock.now += 30
    assert [status(app, guess, path=path) for guess in guesses[:2]] == [401, 429]
    assert len(hashed) == 12


def test_a_name_is_guessed_no_more_often_from_many_addresses(app: Flask, hashed: list[str]) -> None:
    Clock.of(app)
    answers = [status(app, WRONG, f"192.0.2.{number}") for number in range(12)]
    assert answers == [401] * 10 + [429] * 2
    assert status(app, ("root", "wrong"), "192.0.2.11") == 401


def test_who_has_logged_in_is_let_in_while_others_guess(app: Flask, hashed: list[str]) -> None:
    clock = Clock.of(app)
    assert status(app, LOGIN) == 200
    # From the same address, and the same name from everywhere, for hours.
    for _ in range(20):
        for address in ("192.0.2.1", "198.51.100.7"):
            status(app, WRONG, address)
        clock.now += 900
    assert status(app, WRONG) in (401, 429)
    before = len(hashed)
    for address in ("192.0.2.1", "198.51.100.7", "203.0.113.9"):
        for path in ("/api/users", "/admin/"):
            assert status(app, LOGIN, address, path) == 200
    assert len(hashed) == before


def test_one_hash_is_computed_at_a_time_and_one_waits() -> None:
    turns = hashing.Turns()
    waited: list[bool] = []

    def compute() -> None:
        try:
            with turns.one():
                waited.append(True)
        except TooMany:
            waited.append(False)

    with turns.one():
        second = Thread(target=compute)
        second.start()
        # Only one of the server's threads may wait; whoever comes third hears at once.
        while turns.inside < 2:
            second.join(0.01)
        with pytest.raises(TooMany), turns.one():
            pass
        assert waited == []
    second.join(LIMIT)
    assert waited == [True]
    with turns.one():
        pass


def test_who_would_wait_for_a_second_is_told_to_come_again(
    app: Flask, hashed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hashing, "PATIENCE", 0.01)
    with hashing.turns.one():
        answer = app.test_client().get("/tv/api/users", auth=WRONG)
        assert answer.status_code == 429
        assert answer.headers["Retry-After"] == "1"
        assert "being checked" in answer.get_json()["message"]
        assert status(app, WRONG, path="/admin/") == 429
    assert hashed == []
    # It was no wrong guess.
    assert status(app, LOGIN) == 200


def test_a_limited_page_says_so_in_the_sites_layout(app: Flask) -> None:
    Clock.of(app)
    client = app.test_client()
    for _ in range(10):
        client.get("/tv/admin/", auth=WRONG)
    page = client.get("/tv/admin/users", auth=WRONG)
    assert page.status_code == 429
    assert page.headers["Retry-After"] == "30"
    assert "too many wrong logins" in page.text
    assert "Try again in 30 s." in page.text
    assert "iptv-panel" in page.text
    assert "WWW-Authenticate" not in page.headers


def test_a_limited_caller_of_the_api_is_told_in_json(app: Flask) -> None:
    Clock.of(app)
    client = app.test_client()
    for _ in range(10):
        client.get("/tv/api/users", auth=WRONG)
    answer = client.put("/tv/api/users/1", auth=WRONG)
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "30"
    assert answer.headers["Cache-Control"] == "no-store"
    assert [problem["code"] for problem in answer.get_json()["errors"]] == ["too_many_requests"]
    assert "Try again in 30 s." in answer.get_json()["message"]


def test_who_is_limited_takes_no_turn_from_others(app: Flask, hashed: list[str]) -> None:
    Clock.of(app)
    for _ in range(10):
        status(app, WRONG)
    with hashing.turns.one():
        place = {"REMOTE_ADDR": "192.0.2.1"}
        answer = app.test_client().get("/tv/api/users", auth=WRONG, environ_overrides=place)
    assert answer.headers["Retry-After"] == "30"
    assert len(hashed) == 10
