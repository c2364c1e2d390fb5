"""Each rule, on the question itself and without HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from flask import Flask, current_app

from flask_iptv import channels, database, packages, securetoken, servers, users
from flask_iptv.authorization import Decision, Play
from flask_iptv.models import User

NOW = datetime(2026, 6, 1, 12, tzinfo=timezone.utc)
HOUR = timedelta(hours=1)
ANYWHERE = "192.0.2.1"


@pytest.fixture
def asked(provider: Flask) -> Iterator[None]:
    with provider.app_context():
        yield


def reason(token: str = "bobs-token", stream: str = "ort", **fields: Any) -> str | None:
    play = Play(token=token, stream=stream, address=fields.pop("address", ANYWHERE), **fields)
    return decide(play).reason


def decide(play: Play, now: datetime = NOW) -> Decision:
    database.session().commit()
    decision: Decision = current_app.extensions["iptv"].authorizer.decide(play, now=now)
    return decision


def change(**fields: Any) -> User:
    user = users.update(users.by_name("bob"), **fields)
    database.session().commit()
    return user


def test_allowed(asked: None) -> None:
    decision = decide(Play(token="bobs-token", stream="ort", address=ANYWHERE))
    assert decision.allowed
    assert (decision.user_id, decision.max_sessions) == (users.by_name("bob").id, 1)


@pytest.mark.parametrize("token", ["", "bobs-toke", "bobs-token ", "BOBS-TOKEN", "%"])
def test_a_token_must_be_exactly_right(asked: None, token: str) -> None:
    assert reason(token) == ("unknown_token" if token else "no_token")


def test_disabled(asked: None) -> None:
    change(enabled=False)
    assert reason() == "disabled"


def test_the_end_and_the_start_are_times_of_the_question(asked: None) -> None:
    change(starts_at=NOW, expires_at=NOW + HOUR)
    play = Play(token="bobs-token", stream="ort", address=ANYWHERE)
    second = timedelta(seconds=1)
    moments = (NOW - second, NOW, NOW + HOUR - second, NOW + HOUR)
    reasons = [decide(play, moment).reason for moment in moments]
    assert reasons == ["not_started", None, None, "expired"]


def test_an_answer_does_not_outlive_the_user(asked: None) -> None:
    change(expires_at=NOW + timedelta(seconds=70))
    play = Play(token="bobs-token", stream="ort", address=ANYWHERE)
    assert decide(play).duration == 70
    change(expires_at=NOW + HOUR)
    assert decide(play).duration == 180


def test_channels(asked: None) -> None:
    assert reason(stream="nothing") == "channel_unknown"
    channels.update(channels.get("ort"), enabled=False)
    assert reason() == "channel_disabled"


def test_packages(asked: None) -> None:
    assert reason(stream="sport/espn hd") == "not_in_package"
    packages.create(name="sport", channels=["sport/espn hd"])
    change(packages=["basic", "sport"])
    assert reason(stream="sport/espn hd") is None
    packages.update(packages.get("sport"), channels=[])
    assert reason(stream="sport/espn hd") == "not_in_package"


def test_without_packages_everything(asked: None) -> None:
    assert reason("eves-token", "sport/espn hd") is None


def test_without_packages_nothing_if_configured(make_app: Callable[..., Flask]) -> None:
    with make_app(IPTV_WITHOUT_PACKAGES="none").app_context():
        channels.create(name="ort")
        users.create(name="eve", key="eves-token")
        assert reason("eves-token") == "not_in_package"


def test_losing_the_last_package_is_not_being_without_packages(asked: None) -> None:
    packages.delete(packages.get("basic"))
    assert reason() == "not_in_package"
    change(packages=None)
    assert reason() is None


def test_networks(asked: None) -> None:
    change(allowed_networks=["192.0.2.0/28", "2001:db8::/32"], max_sessions=None)
    assert reason(address="192.0.2.15") is None
    assert reason(address="192.0.2.16") == "address_not_allowed"
    assert reason(address="2001:db8::7") is None
    assert reason(address="::ffff:192.0.2.3") is None
    for unknown in (None, "", "not an address"):
        assert reason(address=unknown) == "address_not_allowed"


def test_one_session_too_many(asked: None) -> None:
    assert reason(user_agent="tv") is None
    assert reason(user_agent="phone") == "too_many_sessions"


def test_replace_policy(make_app: Callable[..., Flask]) -> None:
    with make_app(IPTV_SESSION_POLICY="replace").app_context():
        channels.create(name="ort")
        users.create(name="bob", key="bobs-token", max_sessions=1)
        assert reason(user_agent="tv") is None
        assert reason(user_agent="phone") is None
        assert reason(user_agent="tv") == "too_many_sessions"


def test_a_refused_session_frees_its_slot(asked: None) -> None:
    assert reason(user_agent="tv", server_session="a") is None
    channels.update(channels.get("ort"), enabled=False)
    assert reason(user_agent="tv", server_session="a") == "channel_disabled"
    channels.update(channels.get("ort"), enabled=True)
    assert reason(user_agent="phone", server_session="b") is None


def test_a_new_token_frees_the_slots_of_the_old(asked: None) -> None:
    assert reason(user_agent="thief") is None
    user = users.rotate_key(users.by_name("bob"))
    database.session().commit()
    assert reason(user_agent="thief") == "unknown_token"
    assert reason(user.key, user_agent="owner") is None


def sign(name: str = "ort", ip: str | None = None, **fields: Any) -> str:
    usual: dict[str, Any] = {"key": "signing", "starts_at": NOW - HOUR, "ends_at": NOW + HOUR}
    return securetoken.sign(name=name, ip=ip, **(usual | fields))


@pytest.fixture
def signing(asked: None) -> None:
    servers.update(servers.get("main"), securetoken_keys=["newest", "signing"])
    database.session().commit()


def test_a_signed_link_plays(signing: None) -> None:
    assert reason(sign()) is None
    assert reason(sign(ip=ANYWHERE)) is None
    decision = decide(Play(token=sign(), stream="ort", address=ANYWHERE))
    assert decision.user_id is None
    assert reason(sign(key="newest")) is None


def test_a_signed_link_plays_only_what_it_was_signed_for(signing: None) -> None:
    assert reason(sign(), "sport/espn hd") == "wrong_stream"
    assert reason(sign(ip="192.0.2.9")) == "wrong_address"
    assert reason(sign(key="not ours")) == "bad_signature"
    assert reason(sign(ends_at=NOW - timedelta(seconds=1))) == "link_expired"
    assert reason(sign(starts_at=NOW + timedelta(minutes=1))) == "link_not_yet_valid"
    assert reason(sign("nothing"), "nothing") == "channel_unknown"
    channels.update(channels.get("ort"), enabled=False)
    assert reason(sign()) == "channel_disabled"


def test_an_answer_does_not_outlive_the_link(signing: None) -> None:
    token = sign(ends_at=NOW + timedelta(seconds=45))
    decision = decide(Play(token=token, stream="ort", address=ANYWHERE))
    assert decision.duration == 45


def test_servers_without_keys_use_the_configured_ones(make_app: Callable[..., Flask]) -> None:
    with make_app(IPTV_SECURETOKEN_KEYS=["signing"]).app_context():
        channels.create(name="ort")
        assert reason(sign()) is None
        assert reason(sign(key="not ours")) == "bad_signature"


def test_no_key_at_all_signs_nothing(asked: None) -> None:
    assert reason(sign(key="x")) == "bad_signature"


def test_a_links_fifth_part_is_accepted_and_not_believed(signing: None) -> None:
    token = sign(user_id=str(users.by_name("bob").id))
    decision = decide(Play(token=token, stream="ort", address=ANYWHERE))
    assert decision.allowed
    assert decision.user_id is None
