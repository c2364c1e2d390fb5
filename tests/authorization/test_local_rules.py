"""The owner's own rules, in order and before everything else."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from mmdb_writer import MMDBWriter
from netaddr import IPSet

from flask_iptv import database
from flask_iptv.authorization import Authorizer, Decision, Play
from flask_iptv.errors import ConfigError
from tests.conftest import furnish

NOW = datetime(2026, 6, 1, 12, tzinfo=timezone.utc)
MOSCOW, BOSTON, NOWHERE = "192.0.2.1", "198.51.100.1", "203.0.113.1"
PLAY = Play("bobs-token", "ort", address=MOSCOW, user_agent="VLC/3.0 LibVLC/3.0")

Make = Callable[..., Authorizer]


@pytest.fixture
def make(make_app: Callable[..., Flask]) -> Make:
    """Make the authorizer of a provider with these rules."""

    def authorizer(*rules: str, **config: Any) -> Authorizer:
        app = make_app(IPTV_AUTH_RULES=rules, **config)
        with app.app_context():
            furnish()
            database.session().commit()
        made: Authorizer = app.extensions["iptv"].authorizer
        return made

    return authorizer


def says(authorizer: Authorizer, **fields: Any) -> str:
    return decide(authorizer, **fields).reason or "allowed"


def decide(authorizer: Authorizer, **fields: Any) -> Decision:
    return authorizer.decide(PLAY._replace(**fields), now=NOW)


def countries(path: Path, kind: str = "GeoLite2-Country") -> str:
    writer = MMDBWriter(6, kind, ipv4_compatible=True)
    for network, code in ((f"{MOSCOW}/24", "RU"), (f"{BOSTON}/24", "US"), ("2001:db8::/32", "DE")):
        writer.insert_network(IPSet([network]), {"country": {"iso_code": code}})
    writer.insert_network(IPSet([f"{NOWHERE}/32"]), {"country": {"iso_code": 7}})
    writer.to_db_file(str(path))
    return str(path)


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (["deny ip 192.0.2.0/24"], "address_not_allowed"),
        (["deny ip 198.51.100.0/24 192.0.2.1 2001:db8::/32"], "address_not_allowed"),
        (["deny ip 198.51.100.0/24"], "allowed"),
        (["deny ua libvlc/3"], "user_agent_not_allowed"),
        (["deny ua VLC/3.0  LibVLC"], "allowed"),
        (["deny token bobs-token"], "unknown_token"),
        (["deny token bobs-toke"], "allowed"),
        (["deny token bobs-token-and-more"], "allowed"),
        (["  deny \t token   bobs-token "], "unknown_token"),
        (["allow ip 192.0.2.1", "deny ua vlc"], "allowed"),
        (["deny ua vlc", "allow ip 192.0.2.1"], "user_agent_not_allowed"),
    ],
)
def test_the_first_that_matches_decides(make: Make, rules: list[str], expected: str) -> None:
    assert says(make(*rules)) == expected


def test_an_allow_is_nobodys_and_takes_no_slot(make: Make) -> None:
    authorizer = make("allow token the-house", "allow ua SetTopBox")
    for number in range(5):
        decision = decide(
            authorizer, token="the-house", stream=f"any {number}", user_agent=str(number)
        )
        assert decision == Decision(None, 180)
    assert decide(authorizer, user_agent="my settopbox 2") == Decision(None, 180)
    # The one slot of bob is still free.
    assert decide(authorizer).user_id is not None
    assert says(authorizer, user_agent="phone") == "too_many_sessions"


def test_a_denied_one_was_never_asked_about(make: Make) -> None:
    assert decide(make("deny ip 192.0.2.1")) == Decision("address_not_allowed", 30)


@pytest.mark.parametrize("rules", [[], ["deny default"], ["deny ua nothing", "deny default"]])
def test_without_a_default_strangers_are_refused(make: Make, rules: list[str]) -> None:
    authorizer = make(*rules)
    assert says(authorizer, token="nobodys") == "unknown_token"
    assert says(authorizer, token=None) == "no_token"
    assert says(authorizer) == "allowed"


def test_the_default_lets_strangers_in_and_nobody_else(make: Make) -> None:
    authorizer = make("deny ua bad", "allow default")
    for token in ("nobodys", None):
        assert decide(authorizer, token=token, stream="any") == Decision(None, 180)
    assert says(authorizer, stream="sport/espn hd") == "not_in_package"
    assert says(authorizer, token="nobodys", user_agent="bad") == "user_agent_not_allowed"


def test_unknown_values_match_nothing(make: Make) -> None:
    authorizer = make("allow ip 0.0.0.0/0", "allow ua x", "deny default")
    assert says(authorizer, token="nobodys", address=None, user_agent=None) == "unknown_token"
    assert says(authorizer, token="nobodys", address="rubbish", user_agent="") == "unknown_token"
    assert says(authorizer, token="nobodys", address="::ffff:192.0.2.1") == "allowed"


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ("permit ip 192.0.2.1", "must be 'allow' or 'deny'"),
        ("allow", "must be 'allow' or 'deny'"),
        (" ", "must be 'allow' or 'deny'"),
        ("allow token", "must be 'allow' or 'deny'"),
        ("allow key s3cret", "must be 'allow' or 'deny'"),
        ("s3cret", "must be 'allow' or 'deny'"),
        ("permit default", "must be 'allow' or 'deny'"),
        ("allow token s3cret s3cret", "one token"),
        ("deny ip 192.0.2.1/24", "203.0.113.0/24"),
        ("deny country RUS", "RU US"),
        ("allow default s3cret", "last rule and stands alone"),
    ],
)
def test_a_wrong_rule_is_named_by_its_number(make: Make, rule: str, why: str) -> None:
    with pytest.raises(ConfigError, match="rule 2 can't be used") as caught:
        make("deny ip ::1", rule)
    assert why in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_the_default_comes_last(make: Make) -> None:
    with pytest.raises(ConfigError, match=r"rule 1 .* last"):
        make("allow default", "deny ip ::1")


def test_rules_without_an_order_are_refused(make_app: Callable[..., Flask]) -> None:
    with pytest.raises(ConfigError, match="order counts") as caught:
        make_app(IPTV_AUTH_RULES={"allow token s3cret"})
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    "url", ["ftp://s3cret/", "http://", "s3cret", "http://u:s3cret/x@h:99999/", "http://h/s3 cret"]
)
def test_a_wrong_backend_is_not_repeated(make_app: Callable[..., Flask], url: str) -> None:
    with pytest.raises(ConfigError, match="IPTV_UPSTREAM_AUTH: the value can't be used") as caught:
        make_app(IPTV_UPSTREAM_AUTH=[url])
    assert "s3" not in str(caught.value)


@pytest.mark.parametrize("kind", ["GeoLite2-Country", "GeoIP2-City", "DBIP-Country-Lite"])
def test_countries(make: Make, tmp_path: Path, kind: str) -> None:
    authorizer = make("deny country ru de", IPTV_COUNTRY_DATABASE=countries(tmp_path / "c", kind))
    assert says(authorizer) == "country_not_allowed"
    assert says(authorizer, address="2001:db8::1") == "country_not_allowed"
    for address in (BOSTON, NOWHERE, "10.0.0.1", "::1", None):
        assert says(authorizer, address=address, token="eves-token") == "allowed"


def test_only_a_known_country_is_let_in(make: Make, tmp_path: Path) -> None:
    authorizer = make(
        "allow country US", "deny ip ::/0 0.0.0.0/0", IPTV_COUNTRY_DATABASE=tmp_path / "absent"
    )
    assert says(authorizer, address=BOSTON) == "address_not_allowed"


@pytest.mark.parametrize("absent", ["key", "file", "library"])
def test_what_is_absent_is_said_once_at_the_start(
    make: Make,
    tmp_path: Path,
    absent: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    path = None if absent == "key" else str(tmp_path / "countries.mmdb")
    why = {"key": "is not set", "file": "there is no file", "library": "pip install"}[absent]
    if absent == "library":
        countries(tmp_path / "countries.mmdb")
        monkeypatch.setitem(sys.modules, "geoip2.database", None)
    authorizer = make("deny country RU", "deny country US", IPTV_COUNTRY_DATABASE=path)
    said = [record.message for record in caplog.records if "countries" in record.message]
    assert len(said) == 1
    assert why in said[0]
    assert says(authorizer) == "allowed"
    steps = authorizer.explain(PLAY, now=NOW).steps
    assert [step.outcome for step in steps[:2]] == ["skipped", "skipped"]
    assert why in steps[0].text


@pytest.mark.parametrize("kind", ["rubbish", "GeoLite2-ASN"])
def test_a_file_that_knows_no_countries_is_refused(make: Make, tmp_path: Path, kind: str) -> None:
    path = tmp_path / "file.mmdb"
    if kind == "rubbish":
        path.write_bytes(b"rubbish" * 1000)
    else:
        countries(path, kind)
    with pytest.raises(ConfigError, match="IPTV_COUNTRY_DATABASE"):
        make("deny country RU", IPTV_COUNTRY_DATABASE=str(path))
