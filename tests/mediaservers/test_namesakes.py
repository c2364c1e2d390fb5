"""Streams, sessions and devices that are called alike and are not the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from flask_iptv import channels, database, sessions
from flask_iptv.models import utcnow
from tests.mediaservers.asking import SECRET, Asked, allows, ask, is_allowed, ovenmediaengine
from tests.mediaservers.conftest import broadcast


@pytest.mark.parametrize("what", ["on_play", "on_publish"])
@pytest.mark.parametrize(
    ("app_name", "allowed"),
    [("live", True), ("app", True), ("vip", False), ("LIVE", False), ("live/x", False)],
)
def test_only_a_usual_application_may_be_left_out_of_a_channels_name(
    make_app: Callable[..., Flask], app_name: str, allowed: bool, what: str
) -> None:
    app = broadcast(make_app(IPTV_AUTH_SECRET=SECRET), channel="espn")
    given = {"action": what, "client_id": "1", "ip": "93.184.216.1", "param": "?token=good"}
    question = given | {"app": app_name, "stream": "espn"}
    response = app.test_client().post(f"/tv/auth/srs?secret={SECRET}", json=question)
    assert allows("srs", response) == allowed


def test_a_channel_that_is_deleted_does_not_open_to_viewers_of_its_namesake(
    make_app: Callable[..., Flask],
) -> None:
    app = broadcast(make_app(IPTV_AUTH_SECRET=SECRET), channel="espn")
    with app.app_context():
        channels.create(name="vip/espn", server="main")
        channels.delete(channels.get("vip/espn"))
        database.session().commit()
    question: dict[str, Any] = {"action": "on_play", "app": "vip", "stream": "espn"}
    question |= {"client_id": "1", "ip": "93.184.216.1", "param": "?token=good"}
    response = app.test_client().post(f"/tv/auth/srs?secret={SECRET}", json=question)
    assert not allows("srs", response)


def oven(app: Flask, asked: Asked, agent: str) -> bool:
    """Ask as OvenMediaEngine does about a viewer with this user agent."""
    signed = ovenmediaengine(asked, agent=agent) or {}
    response = app.test_client().post("/tv/auth/ovenmediaengine", **signed)
    return asked.what == "close" or allows("ovenmediaengine", response)


def watching(app: Flask) -> set[tuple[str | None, str]]:
    with app.app_context():
        found = sessions.page(now=utcnow()).items
        return {(item.user_agent, item.channel.name) for item in found}


@pytest.mark.parametrize("store", ["memory:", "sql:", "valkey"])
def test_the_end_of_a_stream_in_ovenmediaengine_frees_nobody_elses_slot(
    request: pytest.FixtureRequest, make_app: Callable[..., Flask], store: str
) -> None:
    url = request.getfixturevalue("valkey_url") if store == "valkey" else store
    app = broadcast(make_app(IPTV_AUTH_SECRET=SECRET, IPTV_SESSION_STORE=url), limit=2)
    for agent in ("A", "B"):
        assert oven(app, Asked(), agent)
    assert oven(app, Asked(stream="other"), "A")
    oven(app, Asked(what="close"), "A")
    assert watching(app) == {("A", "live/other"), ("B", "live/espn")}
    assert not oven(app, Asked(), "C")
    oven(app, Asked(what="close"), "C")
    assert watching(app) == {("A", "live/other"), ("B", "live/espn")}
    oven(app, Asked(what="close"), "B")
    assert watching(app) == {("A", "live/other")}


@pytest.mark.parametrize("rule", ["deny ip 93.184.216.0/24", "allow ip 93.184.216.0/24"])
def test_a_rule_that_came_meanwhile_does_not_keep_a_slot_from_being_freed(
    make_app: Callable[..., Flask], rule: str
) -> None:
    app = broadcast(make_app(IPTV_AUTH_SECRET=SECRET, IPTV_SESSION_STORE="sql:"))
    assert is_allowed(app, "srs", Asked())
    ruled = make_app(IPTV_AUTH_SECRET=SECRET, IPTV_SESSION_STORE="sql:", IPTV_AUTH_RULES=[rule])
    ask(ruled, "srs", Asked(what="close"))
    assert watching(ruled) == set()
