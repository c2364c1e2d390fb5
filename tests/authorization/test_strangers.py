"""Multi-auth: which viewers other backends are asked about, and what becomes of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from flask import Flask, current_app

from flask_iptv import channels, database, securetoken, servers, users
from flask_iptv.authorization import Authorizer, Decision, Passed, Play
from flask_iptv.errors import Unavailable
from flask_iptv.sessions import Event, Selection
from tests.authorization.upstream_sites import ALLOW, DENY, Site, gone, site
from tests.conftest import furnish

NOW = datetime(2026, 6, 1, 12, tzinfo=timezone.utc)
HOUR = timedelta(hours=1)
STRANGER = Play("foreign-token", "ort", address="192.0.2.1", user_agent="tv")


@pytest.fixture
def backend() -> Iterator[Site]:
    with site(ALLOW, X_UserId="7", X_AuthDuration="60") as found:
        yield found


@pytest.fixture
def make(make_app: Callable[..., Flask]) -> Iterator[Callable[..., Authorizer]]:
    with ExitStack() as stack:

        def authorizer(*urls: str, **config: Any) -> Authorizer:
            app = make_app(IPTV_UPSTREAM_AUTH=urls, **config)
            stack.enter_context(app.app_context())
            furnish()
            servers.update(servers.get("main"), securetoken_keys=["signing"])
            users.update(users.by_name("eve"), enabled=False)
            database.session().commit()
            made: Authorizer = app.extensions["iptv"].authorizer
            stack.callback(made.close)
            return made

        yield authorizer


def sign(key: str = "signing", name: str = "ort", **fields: Any) -> str:
    usual: dict[str, Any] = {"ip": None, "starts_at": NOW - HOUR, "ends_at": NOW + HOUR}
    return securetoken.sign(name=name, key=key, **(usual | fields))


Make = Callable[..., Authorizer]


def test_a_foreign_token_is_another_backends(make: Make, backend: Site) -> None:
    decision = make(backend.url).decide(STRANGER, now=NOW)
    assert decision == Decision(None, 60, upstream=Passed(7))
    store = current_app.extensions["iptv"].store()
    assert store.count(Selection(), now=NOW) == 0


@pytest.mark.parametrize(
    "play",
    [
        STRANGER,
        STRANGER._replace(stream="nothing of ours"),
        STRANGER._replace(token=sign("not ours")),
        STRANGER._replace(token=sign(), stream="nothing of ours"),
    ],
)
def test_whoever_is_not_ours_is_asked_about(make: Make, backend: Site, play: Play) -> None:
    assert make(backend.url).decide(play, now=NOW).allowed
    assert len(backend.questions) == 1


@pytest.mark.parametrize(
    ("play", "reason"),
    [
        (STRANGER._replace(token="bobs-token"), None),
        (STRANGER._replace(token="bobs-token", stream="nothing"), "channel_unknown"),
        (STRANGER._replace(token="bobs-token", stream="sport/espn hd"), "not_in_package"),
        (STRANGER._replace(token="eves-token"), "disabled"),
        (STRANGER._replace(token=sign()), None),
        (STRANGER._replace(token=sign(ends_at=NOW - timedelta(seconds=1))), "link_expired"),
        (STRANGER._replace(token=sign(name="other")), "wrong_stream"),
        (STRANGER._replace(token=None), "no_token"),
        (STRANGER._replace(event=Event.CLOSE), "unknown_token"),
    ],
)
def test_whoever_is_ours_is_not(make: Make, backend: Site, play: Play, reason: str | None) -> None:
    assert make(backend.url).decide(play, now=NOW).reason == reason
    assert backend.questions == []


def test_when_all_refuse_it_says_so(make: Make, backend: Site) -> None:
    backend.status, backend.headers = DENY, {"X-AuthDuration": "5"}
    authorizer = make(backend.url)
    assert authorizer.decide(STRANGER, now=NOW) == Decision("upstream_denied", 5)


def test_when_none_answers_it_is_neither_yes_nor_no(make: Make) -> None:
    with pytest.raises(Unavailable, match="the upstream backends"):
        make(gone()).decide(STRANGER, now=NOW)


@pytest.mark.parametrize("status", [DENY, "500 Oops"])
def test_the_default_comes_after_the_backends(make: Make, backend: Site, status: str) -> None:
    authorizer = make(backend.url, IPTV_AUTH_RULES=["allow default"])
    assert authorizer.decide(STRANGER, now=NOW).upstream == Passed(7)
    backend.status = status
    other = STRANGER._replace(user_agent="phone")
    assert authorizer.decide(other, now=NOW) == Decision(None, 180)
    assert len(backend.questions) == 2


def test_the_rules_come_before_the_backends(make: Make, backend: Site) -> None:
    rules = ["deny token foreign-token", "allow ua friend"]
    authorizer = make(backend.url, IPTV_AUTH_RULES=rules)
    assert authorizer.decide(STRANGER, now=NOW).reason == "unknown_token"
    friend = Play("any", "ort", user_agent="Friend")
    assert authorizer.decide(friend, now=NOW) == Decision(None, 180)
    assert backend.questions == []


def test_a_proxys_path_is_asked_about_by_the_channels_name(make: Make, backend: Site) -> None:
    authorizer = make(backend.url)
    for path in ("/ort/index.m3u8", "/ort/2026/segment-1.ts", "/foreign/index.m3u8"):
        assert authorizer.decide(Play("foreign", path=path), now=NOW).allowed
    names = [question["name"] for question in backend.questions]
    assert names[0] == "ort"
    assert names[-1] == "foreign/index.m3u8"


@pytest.mark.parametrize("rules", [(), ("allow default",)])
def test_a_channel_that_is_switched_off_here_plays_for_no_stranger(
    make: Make, backend: Site, rules: tuple[str, ...]
) -> None:
    authorizer = make(backend.url, IPTV_AUTH_RULES=rules)
    channels.update(channels.get("ort"), enabled=False)
    database.session().commit()
    assert authorizer.decide(STRANGER, now=NOW).reason == "unknown_token"
    assert authorizer.explain(STRANGER, now=NOW).decision.reason == "unknown_token"
    assert backend.questions == []
