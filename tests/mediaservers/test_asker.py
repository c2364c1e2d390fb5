"""Who may ask at all."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import NoReturn

import pytest
from flask import Flask
from werkzeug.test import create_environ, run_wsgi_app

from flask_iptv import channels, database, users
from flask_iptv.said import Said

QUERY = {"name": "ort", "token": "eves-token", "ip": "192.0.2.1"}


def status(app: Flask, address: str, query: dict[str, str] = QUERY, **headers: str) -> int:
    return (
        app.test_client()
        .get(
            "/tv/auth",
            query_string=query,
            headers=headers,
            environ_overrides={"REMOTE_ADDR": address},
        )
        .status_code
    )


def filled(app: Flask) -> Flask:
    with app.app_context():
        channels.create(name="ort")
        users.create(name="eve", key="eves-token")
        database.session().commit()
    return app


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "::1", "::ffff:192.168.1.1"])
def test_local_networks_may_ask_by_default(provider: Flask, address: str) -> None:
    assert status(provider, address) == 200


@pytest.mark.parametrize("address", ["203.0.113.5", "2001:db8::1", "", "unix:", "nonsense"])
def test_everybody_else_may_not(provider: Flask, address: str) -> None:
    assert status(provider, address) == 403


class Unreadable:
    """A body that must not be read."""

    def __getattr__(self, name: str) -> NoReturn:
        pytest.fail(f"the body of a stranger was asked for {name}")


@pytest.mark.parametrize("door", ["wsgi", "view"])
@pytest.mark.parametrize("path", ["/tv/auth", "/tv/auth/ovenmediaengine", "/tv/auth/srs"])
def test_of_strangers_nothing_is_read_or_looked_up(
    make_app: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch, door: str, path: str
) -> None:
    app = make_app(IPTV_AUTH_DOOR=door, IPTV_AUTH_SECRET="s3cret")
    app.extensions["iptv"].at_the_door()
    monkeypatch.setattr("flask_iptv.authorization.Authorizer.decide", pytest.fail)
    for size in ({"CONTENT_LENGTH": "100"}, {"HTTP_TRANSFER_ENCODING": "chunked"}):
        environ = create_environ(path, method="POST", content_type="application/json")
        environ |= {"REMOTE_ADDR": "203.0.113.5", "wsgi.input_terminated": True, **size}
        environ["wsgi.input"] = Unreadable()
        body, status, _ = run_wsgi_app(app, environ, buffered=True)
        text = b"".join(body).decode()
        assert status.startswith("403") or '"allowed": false' in text or '"code"' in text, text


def test_networks_are_configured(make_app: Callable[..., Flask]) -> None:
    app = filled(make_app(IPTV_AUTH_NETWORKS=["203.0.113.0/24"]))
    assert status(app, "203.0.113.5") == 200
    assert status(app, "127.0.0.1") == 403


def test_a_secret_is_required_once_it_is_set(make_app: Callable[..., Flask]) -> None:
    app = filled(make_app(IPTV_AUTH_SECRET="s3cret"))
    assert status(app, "127.0.0.1") == 403
    assert status(app, "127.0.0.1", QUERY | {"secret": "wrong"}) == 403
    assert status(app, "127.0.0.1", QUERY | {"secret": "s3cret"}) == 200
    assert status(app, "127.0.0.1", Authorization="Bearer s3cret") == 200
    assert status(app, "127.0.0.1", Authorization="Bearer wrong") == 403
    assert status(app, "127.0.0.1", Authorization="Basic s3cret") == 403


def test_the_secret_does_not_widen_the_networks(make_app: Callable[..., Flask]) -> None:
    app = filled(make_app(IPTV_AUTH_SECRET="s3cret"))
    assert status(app, "203.0.113.5", QUERY | {"secret": "s3cret"}) == 403


def test_a_viewers_own_bearer_header_does_not_hide_the_secret(
    make_app: Callable[..., Flask],
) -> None:
    app = filled(make_app(IPTV_AUTH_SECRET="s3cret"))
    query = QUERY | {"secret": "s3cret"}
    assert status(app, "127.0.0.1", query, Authorization="Bearer the-viewers-own") == 200


def test_open_by_default_is_said_once_where_something_is_asked(
    make_app: Callable[..., Flask],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said = Said(logging.getLogger("flask_iptv"))
    monkeypatch.setattr("flask_iptv.mediaservers.asker._SAID", said)
    secret = make_app(TESTING=False, IPTV_AUTH_SECRET="s3cret")
    assert status(secret, "127.0.0.1", QUERY | {"secret": "s3cret"}) == 403
    assert status(make_app(), "127.0.0.1") == 403
    serving, another = (make_app(TESTING=False) for _ in range(2))
    serving.test_cli_runner().invoke(args=["iptv", "users", "list"])
    serving.test_client().get("/")
    assert "set IPTV_AUTH_SECRET" not in caplog.text
    for app in (serving, serving, another):
        assert status(app, "127.0.0.1") == 403
    assert caplog.text.count("set IPTV_AUTH_SECRET") == 1
