"""The dry run says what would be answered, why, and changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from flask import Flask, current_app
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from flask_iptv import channels, database, securetoken, users
from flask_iptv.authorization import Authorizer, Decision, Explanation, Passed, Play
from flask_iptv.errors import Unavailable
from flask_iptv.sessions import Event, Selection, Store
from tests.authorization.upstream_sites import ALLOW, DENY, gone, site
from tests.conftest import furnish
from tests.statements import statements

NOW = datetime(2026, 11, 1, 12, tzinfo=timezone.utc)
HOUR = timedelta(hours=1)
BOB = Play("bobs-token", "ort", address="192.0.2.1", user_agent="tv")


@pytest.fixture
def provided(make_app: Callable[..., Flask]) -> Iterator[Callable[..., Authorizer]]:
    """Make a provider, within its app context, and give its authorizer."""
    entered = []

    def provide(**config: Any) -> Authorizer:
        context = make_app(**config).app_context()
        context.push()
        entered.append(context)
        furnish()
        database.session().commit()
        return authorizer()

    yield provide
    for context in reversed(entered):
        authorizer().close()
        context.pop()


def authorizer() -> Authorizer:
    found: Authorizer = current_app.extensions["iptv"].authorizer
    return found


def store() -> Store:
    found: Store = current_app.extensions["iptv"].store()
    return found


def explain(**fields: Any) -> Explanation:
    return authorizer().explain(BOB._replace(**fields), now=NOW)


def last(**fields: Any) -> tuple[str, str, str]:
    step = explain(**fields).steps[-1]
    return step.rule, step.outcome, step.text


def change(**fields: Any) -> None:
    users.update(users.by_name("bob"), **fields)
    database.session().commit()


def test_every_rule_is_told_in_its_order(provided: Callable[..., Authorizer]) -> None:
    provided(IPTV_AUTH_RULES=["deny ip ::/0", "deny token s3cret", "deny default"])
    explanation = explain()
    assert explanation.decision == Decision(None, 180, users.by_name("bob").id, 1)
    assert [(step.rule, step.outcome, step.text) for step in explanation.steps] == [
        ("rule 1", "passed", "'deny ip ::/0' does not match"),
        ("rule 2", "passed", "'deny token ...' does not match"),
        ("token", "passed", "the token is bob's"),
        ("user", "passed", "bob is enabled, without an end"),
        ("channel", "passed", "the channel ort is enabled"),
        ("packages", "passed", "ort is in one of bob's packages"),
        ("networks", "passed", "bob may watch from any address"),
        ("sessions", "passed", "0 of the 1 slots of bob are taken"),
    ]


def test_what_comes_after_a_refusal_is_not_looked_at(provided: Callable[..., Authorizer]) -> None:
    provided()
    change(expires_at=datetime(2026, 11, 1, tzinfo=timezone.utc))
    assert explain().decision.reason == "expired"
    assert last() == ("user", "refused", "bob's access ended on 2026-11-01 00:00 UTC")


def test_each_refusal_has_its_sentence(provided: Callable[..., Authorizer]) -> None:
    provided()
    assert last(token=None)[2] == "the viewer brought no token"
    assert last(token="s3cret")[2] == "no user has this token, and it is no signed link"
    assert last(stream="x")[2] == "there is no channel 'x'"
    assert last(stream=None, path="/x/y")[2] == "no channel is played at the path '/x/y'"
    assert last(stream="sport/espn hd")[2] == "sport/espn hd is in none of bob's packages"
    change(allowed_networks=["192.0.2.8/32"])
    assert last()[2] == "192.0.2.1 is outside of the networks of bob: 192.0.2.8/32"
    assert last(address=None)[2] == (
        "the viewer's address is not known, and bob is bound to 192.0.2.8/32"
    )
    channels.update(channels.get("ort"), enabled=False)
    change(starts_at=NOW - HOUR)
    assert last()[2] == "the channel ort is disabled"
    change(starts_at=NOW + HOUR)
    assert last()[2] == "bob's access begins on 2026-11-01 13:00 UTC"
    change(enabled=False)
    assert last()[2] == "bob is disabled"


def test_signed_links_are_explained(provided: Callable[..., Authorizer]) -> None:
    provided(IPTV_SECURETOKEN_KEYS=["signing"])
    link = securetoken.sign(
        name="ort", ip=None, key="signing", starts_at=NOW - HOUR, ends_at=NOW + HOUR
    )
    steps = explain(token=link).steps
    assert steps[0].text == "it is a signed link, which ends at 2026-11-01 13:00 UTC"
    assert [step.outcome for step in steps] == [
        *("passed", "skipped", "passed", "skipped", "skipped", "skipped")
    ]
    assert last(token=link, stream="sport/espn hd")[2] == (
        "the link is not for the stream 'sport/espn hd'"
    )
    assert all(link not in step.text for step in explain(token=link, stream="x").steps)


def test_the_limit_is_explained_and_no_slot_taken(provided: Callable[..., Authorizer]) -> None:
    provided()
    assert authorizer().decide(BOB, now=NOW).allowed
    assert last()[1:] == ("passed", "this device has one of the 1 slots of bob and keeps it")
    assert last(user_agent="phone") == ("sessions", "refused", "1 of the 1 slots of bob are taken")
    assert last(event=Event.CLOSE)[1] == "skipped"
    assert store().count(Selection(), now=NOW) == 1


def test_a_phone_that_moved_to_another_network_keeps_its_slot(
    provided: Callable[..., Authorizer],
) -> None:
    provided()
    change(packages=None)
    assert authorizer().decide(BOB._replace(server_session="a"), now=NOW).allowed
    moved = {"address": "192.0.2.2", "server_session": "a"}
    assert last(**moved, event=Event.UPDATE)[1] == "passed"
    assert last(**moved)[1] == "refused"
    for other in ({"stream": "sport/espn hd"}, {"server_session": "b"}):
        assert last(**(moved | other), event=Event.UPDATE)[1] == "refused"


def test_whom_a_new_device_would_cut_is_told(provided: Callable[..., Authorizer]) -> None:
    provided(IPTV_SESSION_POLICY="replace")
    assert authorizer().decide(BOB, now=NOW).allowed
    assert last(user_agent="phone")[1:] == (
        "passed",
        "1 of the 1 slots of bob are taken; by IPTV_SESSION_POLICY this would end what was opened "
        "first: tv at 192.0.2.1",
    )
    update = {"user_agent": "phone", "event": Event.UPDATE}
    assert explain(**update).decision.reason == "too_many_sessions"


def test_other_backends_are_asked_only_if_that_is_wished(
    provided: Callable[..., Authorizer],
) -> None:
    with site(ALLOW, X_AuthDuration="60") as backend:
        provided(IPTV_UPSTREAM_AUTH=[backend.url])
        assert explain(token="foreign").decision.reason == "unknown_token"
        assert last(token="foreign")[:2] == ("upstream", "skipped")
        assert backend.questions == []
        foreign = BOB._replace(token="foreign")
        asked = authorizer().explain(foreign, now=NOW, ask_upstream=True)
        assert asked.decision == Decision(None, 60, upstream=Passed())
        assert asked.steps[-1].text == "an upstream backend allows it for 60 seconds"
        # Nothing of it is remembered.
        backend.status = DENY
        assert authorizer().decide(foreign, now=NOW).reason == "upstream_denied"
        asked = authorizer().explain(foreign, now=NOW, ask_upstream=True)
        assert (asked.decision.reason, asked.steps[-1].outcome) == ("upstream_denied", "refused")


def test_the_default_is_explained(provided: Callable[..., Authorizer]) -> None:
    provided(IPTV_AUTH_RULES=["allow default"], IPTV_UPSTREAM_AUTH=[gone()])
    foreign = BOB._replace(token="foreign")
    asked = authorizer().explain(foreign, now=NOW, ask_upstream=True)
    assert asked.decision == Decision(None, 180)
    assert [step.outcome for step in asked.steps] == ["refused", "skipped", "allowed"]


def test_an_outage_of_the_backends_is_one(provided: Callable[..., Authorizer]) -> None:
    provided(IPTV_UPSTREAM_AUTH=[gone()])
    with pytest.raises(Unavailable):
        authorizer().explain(BOB._replace(token="foreign"), now=NOW, ask_upstream=True)


TIMES = st.sampled_from([None, NOW - HOUR, NOW, NOW + HOUR])
PLAYS = st.fixed_dictionaries(
    {
        "token": st.sampled_from(["bobs-token"] * 4 + ["eves-token", "nobodys", "", None]),
        "stream": st.sampled_from(["ort"] * 3 + ["sport/espn hd", "nothing"]),
        "address": st.sampled_from(["192.0.2.1", "192.0.2.2", "rubbish", None]),
        "user_agent": st.sampled_from(["tv", "phone", "bad", None]),
        "server_session": st.sampled_from(["a", "b", None]),
        "event": st.sampled_from([*Event, Event.OPEN]),
    }
).map(lambda fields: Play(**fields))


@pytest.mark.parametrize("policy", ["reject", "replace"])
def test_it_says_what_would_be_answered(provided: Callable[..., Authorizer], policy: str) -> None:
    asked = provided(
        IPTV_SESSION_POLICY=policy,
        IPTV_AUTH_RULES=["deny ua bad", "allow ip 192.0.2.2", "deny default"],
    )
    bob, ids = users.by_name("bob"), [users.by_name(name).id for name in ("bob", "eve")]

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        before=st.lists(PLAYS, max_size=4),
        play=PLAYS,
        enabled=st.sampled_from([True, True, False]),
        starts_at=TIMES,
        expires_at=TIMES,
        most=st.sampled_from([None, 1, 2]),
        networks=st.sampled_from([[], ["192.0.2.0/24"], ["::/0"]]),
        is_on=st.sampled_from([True, True, False]),
    )
    def equals(
        before: list[Play],
        play: Play,
        enabled: bool,
        starts_at: datetime | None,
        expires_at: datetime | None,
        most: int | None,
        networks: list[str],
        is_on: bool,
    ) -> None:
        for id in ids:
            store().end_all(id, now=NOW)
        assume(not (starts_at and expires_at and starts_at >= expires_at))
        channels.update(channels.get("ort"), enabled=is_on)
        users.update(bob, enabled=enabled, starts_at=starts_at, expires_at=expires_at,
                     max_sessions=most, allowed_networks=networks)  # fmt: skip
        database.session().commit()
        devices = {(one.token, one.address, one.user_agent)
                   for one in before if asked.decide(one, now=NOW).allowed}  # fmt: skip
        left = store().select(Selection(), limit=100, now=NOW)
        with statements() as seen:
            explanation = asked.explain(play, now=NOW)
        assert all(statement.lstrip().upper().startswith("SELECT") for statement in seen)
        assert store().select(Selection(), limit=100, now=NOW) == left
        # Of a device that was cut the store tells nothing.
        has_slot = (play.tidied().address, play.user_agent) in {
            (one.address, one.user_agent) for one in left
        }
        assume(has_slot or (play.token, play.address, play.user_agent) not in devices)
        assert explanation.decision == asked.decide(play, now=NOW)

    equals()
