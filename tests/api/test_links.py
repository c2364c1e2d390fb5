"""Signed links: the verb, and ``/api/links``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask

from flask_iptv import channels, links, securetoken, servers
from flask_iptv.errors import InvalidInput
from flask_iptv.models import Channel
from tests.api.caller import Caller

NOW = datetime(2026, 1, 2, 3, 4, 5, 678_900, tzinfo=timezone.utc)
SECOND = NOW.replace(microsecond=0)


@pytest.fixture
def keyed(estate: Caller) -> Caller:
    """Call the API of the small provider, whose server has two keys."""
    estate.change("/servers/main", securetoken_keys=["newer", "older"])
    return estate


@pytest.fixture
def ort(keyed: Caller, provider: Flask, context: None) -> Channel:
    """Give a channel of that server."""
    return channels.get("ort")


def test_the_first_key_signs_for_the_channel_and_the_address(ort: Channel) -> None:
    link = links.sign(ort, ip="203.0.113.7", lifetime=60, now=NOW)
    claims = securetoken.verify(link.token, name="ort", ip="203.0.113.7", keys=["newer"], now=NOW)
    assert claims.address_bound
    assert (claims.starts_at, claims.ends_at) == (link.starts_at, link.expires_at)
    with pytest.raises(securetoken.BadSignature):
        securetoken.verify(link.token, name="ort", ip="203.0.113.7", keys=["older"], now=NOW)


def test_a_link_starts_five_minutes_ago_and_lasts_its_lifetime_from_now(
    ort: Channel,
) -> None:
    link = links.sign(ort, ip=None, lifetime=60, now=NOW)
    assert link.starts_at == SECOND - timedelta(seconds=300)
    assert link.expires_at == SECOND + timedelta(seconds=60)


def test_without_an_address_a_link_works_from_anywhere(ort: Channel) -> None:
    link = links.sign(ort, ip=None, lifetime=60, now=NOW)
    claims = securetoken.verify(link.token, name="ort", ip="198.51.100.9", keys=["newer"], now=NOW)
    assert not claims.address_bound


@pytest.mark.parametrize(
    ("output", "url"),
    [
        ("hls", "https://media.example/ort/index.m3u8"),
        ("mpegts", "https://media.example/ort/mpegts"),
    ],
)
def test_the_url_is_that_of_the_output(ort: Channel, output: str, url: str) -> None:
    link = links.sign(ort, ip=None, lifetime=60, output=output, now=NOW)
    assert link.url == f"{url}?token={link.token}"


def test_a_key_may_be_written_as_on_the_media_server(ort: Channel) -> None:
    assert ort.server is not None
    servers.update(ort.server, securetoken_keys=["securetoken://newer?no_check_ip=true"])
    link = links.sign(ort, ip=None, lifetime=60, now=NOW)
    securetoken.verify(link.token, name="ort", ip=None, keys=["newer"], now=NOW)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"ip": "203.0.113"}, "ip"),
        ({"lifetime": 0}, "lifetime"),
        ({"lifetime": 31 * 86_400 + 1}, "lifetime"),
        ({"lifetime": 1.5}, "lifetime"),
        ({"output": "rtsp"}, "output"),
    ],
)
def test_what_can_not_be_signed_is_named(ort: Channel, wrong: dict[str, Any], field: str) -> None:
    given: dict[str, Any] = {"ip": None, "lifetime": 60, "now": NOW, **wrong}
    with pytest.raises(InvalidInput) as caught:
        links.sign(ort, **given)
    assert [problem.field for problem in caught.value.problems] == [field]


def test_the_longest_lifetime_is_31_days(ort: Channel) -> None:
    assert links.sign(ort, ip=None, lifetime=31 * 86_400, now=NOW).token


def test_a_signed_link_plays_and_plays_no_other_channel(keyed: Caller, provider: Flask) -> None:
    link = keyed.send("POST", "/links", {"channel": "ort", "ip": "203.0.113.7"}).json
    assert link is not None
    client = provider.test_client()
    for name, ip, status in (
        ("ort", "203.0.113.7", 200),
        ("ort", "203.0.113.8", 403),
        ("sport/espn hd", "203.0.113.7", 403),
    ):
        asked = {"name": name, "ip": ip, "token": link["token"]}
        assert client.get("/tv/auth", query_string=asked).status_code == status


def test_the_answer_is_the_link_and_its_parts(keyed: Caller) -> None:
    answer = keyed.send("POST", "/links", {"channel": "sport/espn hd", "output": "mpegts"})
    assert answer.status_code == 200
    link = answer.json
    assert link is not None
    assert link.keys() == {"url", "token", "starts_at", "expires_at"}
    url = urlsplit(link["url"])
    assert url.path == "/sport/espn%20hd/mpegts"
    assert parse_qs(url.query) == {"token": [link["token"]]}
    _, _, end, start = link["token"].split("-")
    for told, signed in (("starts_at", start), ("expires_at", end)):
        assert link[told].endswith("Z")
        moment = datetime.fromisoformat(link[told].replace("Z", "+00:00"))
        assert moment.timestamp() == int(signed)
    assert int(end) - int(start) == 10_800 + 300


def test_a_server_without_keys_uses_those_of_the_app(make_app: Callable[..., Flask]) -> None:
    app = make_app(IPTV_SECURETOKEN_KEYS=["ours", "old"])
    api = Caller(app.test_client())
    api.make("/servers", name="main", url="https://media.example")
    api.make("/channels", name="ort", server="main")
    link = api.send("POST", "/links", {"channel": "ort"}).json
    assert link is not None
    now = datetime.now(timezone.utc)
    securetoken.verify(link["token"], name="ort", ip=None, keys=["ours"], now=now)


def test_without_any_key_the_refusal_says_what_to_set(estate: Caller) -> None:
    answer = estate.send("POST", "/links", {"channel": "ort"})
    assert answer.status_code == 422
    assert answer.json is not None
    assert "securetoken_keys" in answer.json["message"]
    assert "IPTV_SECURETOKEN_KEYS" in answer.json["message"]


def test_an_option_alone_is_no_key(estate: Caller) -> None:
    estate.change("/servers/main", securetoken_keys=["securetoken://?no_check_ip=true"])
    assert estate.send("POST", "/links", {"channel": "ort"}).status_code == 422


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({}, "channel"),
        ({"channel": "nix"}, "channel"),
        ({"channel": 5}, "channel"),
        ({"channel": "ort", "ip": 5}, "ip"),
        ({"channel": "ort", "lifetime": "long"}, "lifetime"),
        ({"channel": "ort", "salt": "00"}, "salt"),
        ({"channel": "ort", "expires_at": "2030-01-01T00:00:00Z"}, "expires_at"),
    ],
)
def test_a_field_that_can_not_be_used_is_named(
    refusing: Caller, fields: dict[str, Any], field: str
) -> None:
    answer = refusing.send("POST", "/links", fields)
    assert answer.status_code == 422
    assert answer.json is not None
    assert [problem["field"] for problem in answer.json["errors"]] == [field]


def test_a_channel_without_a_server_has_no_link(keyed: Caller) -> None:
    keyed.make("/channels", name="lost")
    answer = keyed.send("POST", "/links", {"channel": "lost"})
    assert answer.status_code == 422
    assert answer.json is not None
    assert "has no server" in answer.json["message"]
