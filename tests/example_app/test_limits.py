"""Nobody tries passwords or makes accounts without end on the example site."""

from __future__ import annotations

import pytest

from example_app import accounts, limits
from example_app.limits import Tries
from tests.example_app.conftest import Harbour

FAST = "pbkdf2:sha256:1$salt$00"


class Clock:
    """Seconds that only the test counts."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(("path", "most"), [("/login", 10), ("/join", 20)])
def test_the_next_try_has_to_wait_and_others_need_not(
    harbour: Harbour, monkeypatch: pytest.MonkeyPatch, path: str, most: int
) -> None:
    monkeypatch.setattr(accounts, "_nobodys_hash", lambda: FAST)
    harbour.app.config["WTF_CSRF_ENABLED"] = False
    client = harbour.app.test_client()
    wrong = {"name": "nobody", "password": "short"}
    answers = [client.post(path, data=wrong) for _ in range(most)]
    assert 429 not in {answer.status_code for answer in answers}
    right = {"name": "admin", "password": harbour.password}
    late = client.post(path, data=right)
    assert late.status_code == 429
    assert 0 < int(late.headers["Retry-After"]) <= 3600
    assert "Back to the front page" in late.text
    other = {"REMOTE_ADDR": "127.0.0.2"}
    assert client.post(path, data=wrong, environ_overrides=other).status_code in (403, 422)
    assert client.get(path).status_code == 200


def test_tries_are_forgotten_after_their_time() -> None:
    clock = Clock()
    tries = Tries(clock)
    assert [tries.take("login", "192.0.2.1", 2, 60) for _ in range(2)] == [0, 0]
    clock.now += 59.5
    assert tries.take("login", "192.0.2.1", 2, 60) == 1
    assert tries.take("join", "192.0.2.1", 2, 60) == 0
    clock.now += 0.5
    assert tries.take("login", "192.0.2.1", 2, 60) == 0


def test_the_addresses_of_one_connection_are_counted_together() -> None:
    tries = Tries(Clock())
    assert tries.take("login", "2001:db8::1", 1, 60) == 0
    assert tries.take("login", "2001:db8::2:2", 1, 60) == 60
    assert tries.take("login", "2001:db8:0:1::1", 1, 60) == 0


def test_somebody_of_ipv4_counts_for_nobody_else_however_the_address_is_written() -> None:
    tries = Tries(Clock())
    assert tries.take("login", "::ffff:192.0.2.1", 1, 60) == 0
    assert tries.take("login", "::ffff:192.0.2.2", 1, 60) == 0
    assert tries.take("login", "192.0.2.1", 1, 60) == 60


def test_no_number_of_addresses_fills_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST", 3)
    tries = Tries(Clock())
    for number in range(5):
        assert tries.take("login", f"192.0.2.{number}", 1, 60) == 0
    assert [tries.take("login", f"192.0.2.{number}", 1, 60) for number in (4, 3, 2, 0)] == [
        60,
        60,
        60,
        0,
    ]
