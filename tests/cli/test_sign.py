"""``flask iptv sign``."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask

from flask_iptv import channels, database, servers
from flask_iptv.securetoken import verify
from tests.cli.runner import iptv, refusal


@pytest.fixture
def site(make_app: Callable[..., Flask]) -> Flask:
    """An app that can sign links for the channel ``ort``."""
    app = make_app(IPTV_SECURETOKEN_KEYS=["secret"])
    with app.app_context():
        servers.create(name="main", url="https://media.example")
        channels.create(name="ort", server="main")
        channels.create(name="nowhere")
        database.session().commit()
    return app


def test_the_link_alone_is_printed_and_is_valid(site: Flask) -> None:
    result = iptv(site, "sign", "ort")
    assert result.stdout.startswith("https://media.example/ort/index.m3u8?token=")
    assert result.stdout.count("\n") == 1
    assert "It can be played until" in result.stderr
    answer = site.test_client().get(
        "/tv/auth", query_string={"name": "ort", "ip": "192.0.2.1", "token": token(result.stdout)}
    )
    assert answer.status_code == 200


def token(url: str) -> str:
    return parse_qs(urlsplit(url.strip()).query)["token"][0]


def test_address_lifetime_and_output_are_as_asked(site: Flask) -> None:
    words = ("ort", "--ip", "192.0.2.7", "--lifetime", "60", "--output", "mpegts", "--json")
    shown = json.loads(iptv(site, "sign", *words).stdout)
    assert list(shown) == ["url", "token", "starts_at", "expires_at"]
    assert shown["url"] == f"https://media.example/ort/mpegts?token={shown['token']}"
    starts, ends = (datetime.fromisoformat(shown[name].replace("Z", "+00:00"))
                    for name in ("starts_at", "expires_at"))  # fmt: skip
    assert ends - starts == timedelta(seconds=360)
    claims = verify(shown["token"], name="ort", ip="192.0.2.7", keys=["secret"], now=starts)
    assert claims.address_bound


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nothing",), "there is no channel 'nothing'"),
        (("nowhere",), "channel: the channel 'nowhere' has no server"),
        (("ort", "--ip", "home"), "ip: must be an address such as"),
        (("ort", "--lifetime", "0"), "lifetime: "),
    ],
)
def test_what_can_not_be_signed_is_told(site: Flask, words: tuple[str, ...], said: str) -> None:
    assert refusal(iptv(site, "sign", *words)).startswith(f"Error: {said}")
