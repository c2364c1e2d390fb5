"""Whose tries are counted together: by the address that server and middleware give."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from flask_iptv.rate_limits.asking import network
from tests.clock import Clock

PAGE = "/tv/my/nobodys-token"


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    """An app in which two unknown tokens are too many."""
    app = make_app(IPTV_RATE_LIMITS={"unknown_token": "1 per hour"})
    Clock.of(app)
    return app


def status(app: Flask, address: str | None, **headers: str) -> int:
    place = {"REMOTE_ADDR": address}
    client = app.test_client()
    return client.get(PAGE, environ_overrides=place, headers=headers).status_code


@pytest.mark.parametrize(
    ("text", "counts_as"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("::FFFF:c000:201", "192.0.2.1"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::1", "::/64"),
        ("unix:", ""),
        ("", ""),
        ("192.0.2.1, 192.0.2.2", ""),
        ("x" * 10_000, ""),
    ],
)
def test_what_an_address_counts_as(text: str, counts_as: str) -> None:
    assert network(text) == counts_as


def test_all_addresses_of_one_connection_are_one(app: Flask) -> None:
    rotated = [status(app, f"2001:db8:1:2::{number:x}") for number in range(1, 6)]
    assert rotated == [404] + [429] * 4
    assert status(app, "2001:db8:1:3::1") == 404


def test_somebody_of_ipv4_is_the_same_however_the_address_is_written(app: Flask) -> None:
    assert status(app, "::ffff:192.0.2.1") == 404
    assert status(app, "192.0.2.1") == 429
    assert status(app, "::ffff:192.0.2.2") == 404


def test_a_header_that_anybody_can_send_makes_nobody_another(app: Flask) -> None:
    spoofed = [
        status(app, "192.0.2.1", **{name: f"198.51.100.{number}"})
        for number in range(3)
        for name in ("X-Forwarded-For", "X-Real-IP", "Forwarded", "CF-Connecting-IP")
    ]
    assert spoofed == [404] + [429] * 11


def test_behind_a_proxy_that_the_host_trusts_it_is_the_viewers_own(app: Flask) -> None:
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1)  # type: ignore[method-assign]
    for viewer in ("198.51.100.1", "198.51.100.2"):
        said = {"X-Forwarded-For": f"203.0.113.{viewer[-1]}, {viewer}"}
        assert status(app, "127.0.0.1", **said) == 404
        # What the viewer has put before it is not believed.
        said = {"X-Forwarded-For": f"203.0.113.77, {viewer}"}
        assert status(app, "127.0.0.1", **said) == 429


def test_who_has_no_address_is_counted_with_all_who_have_none(app: Flask) -> None:
    assert [status(app, None), status(app, "unix:"), status(app, "")] == [404, 429, 429]
