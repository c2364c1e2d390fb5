"""Nobody tries passwords or makes accounts without end on the example site."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from example_app import accounts
from tests.clock import Clock
from tests.example_app.conftest import Harbour

FAST = "pbkdf2:sha256:1$salt$00"
OTHER = {"REMOTE_ADDR": "127.0.0.2"}
#: Too short to be anybody's, so that nobody joins with it.
WRONG = {"name": "nobody", "password": "short"}


@pytest.fixture
def client(harbour: Harbour, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    monkeypatch.setattr(accounts, "_nobodys_hash", lambda: FAST)
    harbour.app.config["WTF_CSRF_ENABLED"] = False
    return harbour.app.test_client()


@pytest.mark.parametrize(("path", "most", "wait"), [("/login", 10, 30), ("/join", 20, 180)])
def test_the_next_try_has_to_wait_and_others_need_not(
    harbour: Harbour, client: FlaskClient, path: str, most: int, wait: int
) -> None:
    clock = Clock.of(harbour.app)
    answers = [client.post(path, data={**WRONG, "name": f"no {n}"}) for n in range(most)]
    assert 429 not in {answer.status_code for answer in answers}
    late = client.post(path, data=WRONG)
    assert late.status_code == 429
    assert late.headers["Retry-After"] == str(wait)
    assert f"Try again in {wait} s." in late.text
    assert "Back to the front page" in late.text
    assert client.post(path, data=WRONG, environ_overrides=OTHER).status_code in (403, 422)
    assert client.get(path).status_code == 200
    clock.now += wait
    assert client.post(path, data=WRONG).status_code in (403, 422)


def test_a_name_is_guessed_no_more_often_from_many_addresses(
    harbour: Harbour, client: FlaskClient
) -> None:
    Clock.of(harbour.app)
    answers = [
        client.post("/login", data=WRONG, environ_overrides={"REMOTE_ADDR": f"127.0.0.{n}"})
        for n in range(1, 12)
    ]
    assert [answer.status_code for answer in answers] == [403] * 10 + [429]


def test_who_has_logged_in_rightly_may_do_so_again_while_others_guess(
    harbour: Harbour, client: FlaskClient
) -> None:
    right = {"name": "admin", "password": harbour.password}
    for _ in range(12):
        assert client.post("/login", data=right).status_code == 302
    wrong = {"name": "admin", "password": "wrong"}
    answers = {client.post("/login", data=wrong).status_code for _ in range(12)}
    assert answers == {403, 429}
    assert client.post("/login", data=right).status_code == 302


def test_the_staff_see_who_is_limited(harbour: Harbour, client: FlaskClient) -> None:
    client.post("/login", data={"name": "admin", "password": harbour.password})
    for number in range(11):
        data = {**WRONG, "name": f"no {number}"}
        client.post("/login", data=data, environ_overrides=OTHER)
    page = client.get("/tv/admin/sessions").text
    assert "127.0.0.2" in page
    assert "wrong logins" in page
