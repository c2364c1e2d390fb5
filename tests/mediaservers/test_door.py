"""``/tv/auth`` as a whole: what it costs, what it logs, what it says when the storage fails."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask, request

from flask_iptv import database, users
from flask_iptv.models import Base, User, utcnow
from flask_iptv.sessions import Device
from flask_iptv.state import State
from tests.conftest import furnish
from tests.statements import statements

QUERY = {"name": "ort", "token": "bobs-token", "ip": "192.0.2.1"}


def cost(app: Flask, **query: str) -> int:
    with statements() as seen:
        app.test_client().get("/tv/auth", query_string=QUERY | query)
    return len(seen)


#: What is known is read at the first question; on SQLite it is known from then on.
COSTS = {
    "memory:": {"new": 1, "known": 0, "too many": 0, "wrong": 1, "elsewhere": 1},
    "sql:": {"new": 4, "known": 1, "too many": 2, "wrong": 1, "elsewhere": 1},
}


@pytest.mark.parametrize("store", ["memory:", "sql:"])
def test_statements_per_question_are_few_and_constant(
    make_app: Callable[..., Flask], store: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What has ended is not written to the history meanwhile, which would be a change.
    monkeypatch.setattr(State, "tick", lambda state: None)
    app = make_app(IPTV_SESSION_STORE=store)
    for grown in (False, True):
        with app.app_context():
            if grown:
                rows = [
                    {"name": f"user {n}", "key": f"key-{n}", "allowed_networks": []}
                    for n in range(5000)
                ]
                database.session().execute(sa.insert(User), rows)
            else:
                furnish()
            database.session().commit()
        # The first of all also looks for what other processes have left.
        app.extensions["iptv"].store().end(Device(1, None, None), now=utcnow())
        costs = {
            "new": cost(app, session_id="a", request_type="new_session"),
            "known": cost(app, session_id="a", request_type="update_session"),
            "too many": cost(app, ip="192.0.2.2"),
            "wrong": cost(app, token="wrong"),
            "elsewhere": cost(app, name="sport/espn hd"),
        }
        assert costs == COSTS[store]
        app.extensions["iptv"].store().end_all(1, now=utcnow())
    assert cost(app, session_id="a", request_type="close_session") <= 3


def test_a_failing_storage_is_503_and_never_a_deny(
    provider: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    with provider.app_context():
        Base.metadata.drop_all(database.current().connection())
        database.session().commit()
    response = provider.test_client().get("/tv/auth", query_string=QUERY)
    assert response.status_code == 503
    assert "flask iptv upgrade" in caplog.text


def test_tokens_are_never_logged(provider: Flask, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    client = provider.test_client()
    client.get("/tv/auth", query_string=QUERY | {"token": "a-wrong-token"})
    client.get("/tv/auth", headers={"X-Original-URI": "/no/index.m3u8?token=bobs-token"})
    with provider.app_context():
        users.update(users.by_name("bob"), enabled=False)
        database.session().commit()
    client.get("/tv/auth", query_string=QUERY)
    assert "disabled" in caplog.text
    assert "token" not in caplog.text.replace("unknown_token", "")


@pytest.mark.parametrize("method", ["OPTIONS", "PUT", "PATCH", "DELETE", "HEAD"])
def test_the_viewers_method_changes_nothing(provider: Flask, method: str) -> None:
    # HAProxy, Varnish and Traefik can be set up to ask with the method of the viewer.
    client = provider.test_client()
    headers = {"X-Original-URI": "/ort/index.m3u8", "X-Real-IP": "192.0.2.1"}
    assert client.open("/tv/auth", method=method, headers=headers).status_code == 403
    headers["X-Original-URI"] += "?token=bobs-token"
    assert client.open("/tv/auth", method=method, headers=headers).status_code == 200


def test_a_huge_body_is_not_read(provider: Flask) -> None:
    class Body(io.RawIOBase):
        def readinto(self, buffer: object) -> int:
            raise AssertionError("was read")

    environ = {"wsgi.input": Body(), "CONTENT_LENGTH": str(10**9)}
    response = provider.test_client().post(
        "/tv/auth", query_string=QUERY, environ_overrides=environ
    )
    assert response.status_code == 200


def test_a_form_that_the_host_has_read_is_still_understood(provider: Flask) -> None:
    provider.before_request(lambda: request.form.get("x") and None)
    assert provider.test_client().post("/tv/auth", data=QUERY).status_code == 200


def test_line_breaks_do_not_forge_log_lines(
    provider: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    query = QUERY | {"ip": "x\nINFO forged", "name": "y\nINFO forged"}
    provider.test_client().get("/tv/auth", query_string=query)
    assert "\nINFO forged" not in caplog.text


def test_answers_are_never_cached_on_the_way(provider: Flask) -> None:
    for token in ("bobs-token", "wrong"):
        response = provider.test_client().get("/tv/auth", query_string=QUERY | {"token": token})
        assert response.headers["Cache-Control"] == "no-store"


def test_a_body_larger_than_the_host_allows_is_no_error(provider: Flask) -> None:
    provider.config["MAX_CONTENT_LENGTH"] = 100
    response = provider.test_client().post("/tv/auth", query_string=QUERY, data=b"x" * 5000)
    assert response.status_code == 200
