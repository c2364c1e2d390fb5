"""The HTTP Basic login: who gets in, and how often the slow hash is computed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from werkzeug.security import check_password_hash, generate_password_hash

from flask_iptv import login
from tests.conftest import LOGIN, PASSWORD


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The passwords that the slow hash was computed for, beginning with nothing remembered."""
    computed: list[str] = []

    def compute(known: str, password: str) -> bool:
        computed.append(password)
        return check_password_hash(known, password)

    monkeypatch.setattr(login, "check_password_hash", compute)
    monkeypatch.setattr(login, "_memory", login.Memory())
    return computed


def status(app: Flask, auth: tuple[str, str] | None) -> int:
    return app.test_client().get("/tv/api/users", auth=auth).status_code


def test_a_right_login_is_hashed_once(app: Flask, hashed: list[str]) -> None:
    assert [status(app, LOGIN) for _ in range(5)] == [200] * 5
    assert hashed == [PASSWORD]


@pytest.mark.parametrize(
    "auth", [("admin", "wrong"), ("root", PASSWORD), ("admin", ""), ("", ""), ("admin", "\u043f")]
)
def test_a_wrong_login_is_hashed_each_time(
    app: Flask, hashed: list[str], auth: tuple[str, str]
) -> None:
    assert status(app, LOGIN) == 200
    assert [status(app, auth) for _ in range(3)] == [401] * 3
    assert hashed == [PASSWORD, *[auth[1]] * 3]


def test_a_new_password_counts_at_once(make_app: Callable[..., Flask], hashed: list[str]) -> None:
    assert status(make_app(), LOGIN) == 200
    other = generate_password_hash("another", method="pbkdf2:sha256:1")
    assert status(make_app(IPTV_ADMIN_PASSWORD_HASH=other), LOGIN) == 401
    assert status(make_app(IPTV_ADMIN_PASSWORD_HASH=None), LOGIN) == 401


def test_it_is_forgotten_after_a_while() -> None:
    moment = [0.0]
    memory = login.Memory(lambda: moment[0])
    memory.add("admin", "password")
    moment[0] = login.REMEMBERED_SECONDS - 1
    assert memory.has("admin", "password")
    assert not memory.has("adminp", "assword")
    moment[0] = login.REMEMBERED_SECONDS
    assert not memory.has("admin", "password")


def test_what_is_remembered_has_a_bound() -> None:
    memory = login.Memory(lambda: 0.0)
    for number in range(10 * login.MOST_REMEMBERED):
        memory.add("admin", str(number))
    remembered = sum(memory.has("admin", str(n)) for n in range(10 * login.MOST_REMEMBERED))
    assert 1 <= remembered <= login.MOST_REMEMBERED
