"""While a storage is away: who watches goes on, who comes anew has to wait, the log stays short."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from flask_iptv import database
from flask_iptv.authorization import Play
from flask_iptv.authorization.running import SLACK
from flask_iptv.errors import Unavailable
from flask_iptv.models import Base, utcnow
from flask_iptv.sessions import Event
from tests.conftest import furnish
from tests.real.valkey import Valkey

GRACE = 180 + SLACK
BOB = Play(token="bobs-token", stream="ort", address="192.0.2.1", user_agent="tv")
EVE = Play(token="eves-token", stream="ort", address="192.0.2.2", user_agent="tv")
QUERY = {"name": "ort", "token": "eves-token", "ip": "192.0.2.9"}


def restore() -> None:
    Base.metadata.create_all(database.current().connection())
    furnish()


@dataclass
class Outage:
    """An app and a storage that is taken away from it and brought back."""

    app: Flask
    begin: Callable[[], object]
    end: Callable[[], object]

    def answer(self, play: Play, after: float = 0) -> str:
        """What the media server is told some seconds from now."""
        now = utcnow() + timedelta(seconds=after)
        try:
            decision = self.app.extensions["iptv"].authorizer.decide(play, now=now)
        except Unavailable:
            return "unavailable"
        return decision.reason or "allowed"

    def change(self, work: Callable[[], object]) -> None:
        with self.app.app_context():
            work()
            database.session().commit()


@pytest.fixture(params=["database", "store"])
def outage(
    request: pytest.FixtureRequest, make_app: Callable[..., Flask], tmp_path: Path
) -> Iterator[Outage]:
    """The database without its tables, and Valkey stopped."""
    if request.param == "store":
        with Valkey(tmp_path / "valkey") as server:
            found = Outage(make_app(IPTV_SESSION_STORE=server.url), server.stop, server.__enter__)
            found.change(furnish)
            yield found
        return
    found = Outage(make_app(), lambda: None, lambda: None)
    found.change(furnish)
    found.begin = lambda: found.change(
        lambda: Base.metadata.drop_all(database.current().connection())
    )
    found.end = lambda: found.change(restore)
    yield found


def test_who_watches_goes_on_for_the_grace_time(outage: Outage) -> None:
    assert outage.answer(BOB) == "allowed"
    outage.begin()
    update = BOB._replace(event=Event.UPDATE)
    assert outage.answer(update) == "allowed"
    assert outage.answer(update, GRACE - 5) == "allowed"
    # To be allowed in an outage is no reason to be allowed for longer.
    assert outage.answer(update, GRACE + 5) == "unavailable"
    outage.end()
    assert outage.answer(update) == "allowed"


def test_who_comes_anew_is_neither_allowed_nor_refused(outage: Outage) -> None:
    assert outage.answer(BOB) == "allowed"
    outage.begin()
    assert outage.answer(EVE) == "unavailable"
    assert outage.answer(BOB._replace(user_agent="phone")) == "unavailable"
    assert outage.answer(BOB._replace(address="192.0.2.7")) == "unavailable"
    assert outage.answer(EVE._replace(event=Event.CLOSE)) == "unavailable"
    outage.end()
    assert outage.answer(EVE) == "allowed"


def test_another_channel_is_anew_while_the_database_is_away(outage: Outage) -> None:
    assert outage.answer(EVE) == "allowed"
    outage.begin()
    other = outage.answer(EVE._replace(stream="sport/espn hd"))
    assert other == "unavailable"


def test_who_was_refused_or_has_left_is_not_let_in(outage: Outage) -> None:
    assert outage.answer(BOB) == "allowed"
    assert outage.answer(BOB._replace(user_agent="phone")) == "too_many_sessions"
    assert outage.answer(EVE) == "allowed"
    assert outage.answer(EVE._replace(event=Event.CLOSE)) == "allowed"
    outage.begin()
    assert outage.answer(BOB._replace(user_agent="phone")) == "unavailable"
    assert outage.answer(EVE) == "unavailable"


def test_a_question_is_503_and_the_log_says_it_once(
    outage: Outage, caplog: pytest.LogCaptureFixture
) -> None:
    client = outage.app.test_client()
    assert client.get("/tv/auth", query_string=QUERY).status_code == 200
    outage.begin()
    for number in range(5):
        query = QUERY | {"ip": f"192.0.2.{number}"}
        response = client.get("/tv/auth", query_string=query)
        assert response.status_code == 503
        assert "X-AuthDuration" not in response.headers
    assert client.get("/tv/auth", query_string=QUERY).status_code == 200
    assert caplog.text.count("can't answer new viewers") == 1
    outage.end()
    assert client.get("/tv/auth", query_string=query).status_code == 200
