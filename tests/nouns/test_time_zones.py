"""A time without a time zone is refused where it would mean something else than elsewhere."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest
import sqlalchemy as sa
from flask import current_app

from flask_iptv import database, users
from flask_iptv.authorization import Play
from flask_iptv.cursors import decode
from flask_iptv.errors import InvalidInput
from flask_iptv.models import PastSession, User
from flask_iptv.models.times import NoTime, NoTimeZone

NAIVE = datetime(2027, 1, 31, 18, 30)
AWARE = NAIVE.replace(tzinfo=timezone.utc)
REMEDY = r"has no time zone; give it one, such as .*tzinfo=datetime.timezone.utc\) if it is UTC"


def set_it() -> None:
    users.by_name("bob").expires_at = NAIVE
    database.session().flush()


def add_it() -> None:
    database.session().add(User(name="eve", key="eves-secret-token", expires_at=NAIVE))
    database.session().flush()


def update_with_it() -> None:
    database.session().execute(sa.update(User).values(starts_at=NAIVE))


def look_for_it() -> None:
    database.session().scalars(sa.select(User).where(User.expires_at < NAIVE)).all()


def look_for_it_in_the_history() -> None:
    database.session().scalars(sa.select(PastSession).where(PastSession.ended_at < NAIVE)).all()


@pytest.mark.parametrize(
    "work", [set_it, add_it, update_with_it, look_for_it, look_for_it_in_the_history]
)
def test_the_tables_refuse_it(context: None, work: Callable[[], Any]) -> None:
    users.create(name="bob")
    with pytest.raises(NoTimeZone, match=REMEDY) as raised:
        work()
    # SQLAlchemy's own error would show what else was to be written.
    assert "eves-secret-token" not in str(raised.value)


@pytest.mark.parametrize("value", ["2027-01-31T18:30:00Z", date(2027, 1, 31), 1_800_000_000])
def test_the_tables_refuse_what_is_no_time(context: None, value: Any) -> None:
    database.session().add(User(name="eve", key="eves-secret-token", expires_at=value))
    with pytest.raises(NoTime, match=r"is no time but of the type \w+; give a datetime") as raised:
        database.session().flush()
    assert "eves-secret-token" not in str(raised.value)
    database.session().rollback()
    with pytest.raises(NoTime):
        database.session().scalars(sa.select(User).where(User.expires_at < value)).all()


def test_so_is_the_time_that_it_is_now(context: None) -> None:
    bob = users.create(name="bob", expires_at=AWARE)
    later = NAIVE + timedelta(days=1)
    assert users.refusal(bob, NAIVE - timedelta(seconds=1)) is None
    assert users.refusal(bob, later) == "expired"
    database.session().commit()
    play = Play(token=bob.key, stream="ort", address="192.0.2.1")
    authorizer = current_app.extensions["iptv"].authorizer
    assert authorizer.decide(play, now=later).reason == "expired"
    assert authorizer.explain(play, now=later).decision.reason == "expired"
    assert users.extend([bob.id], 1, now=later) == 1
    assert bob.expires_at == AWARE + timedelta(days=2)
    with pytest.raises(InvalidInput, match="now: must be"):
        users.extend([bob.id], 1, now="soon")  # type: ignore[arg-type]


def test_to_our_functions_it_is_utc(context: None) -> None:
    bob = users.create(name="bob", expires_at=NAIVE)
    database.session().commit()
    assert bob.expires_at == AWARE
    users.update(bob, starts_at=NAIVE - timedelta(days=1))
    assert bob.starts_at == AWARE - timedelta(days=1)


def test_a_time_of_any_zone_is_kept(context: None) -> None:
    zone = timezone(timedelta(hours=3))
    bob = users.create(name="bob")
    bob.expires_at = AWARE.astimezone(zone)
    database.session().commit()
    database.session().expire_all()
    assert bob.expires_at == AWARE
    assert bob.expires_at.tzinfo is timezone.utc


def test_a_cursor_has_a_zone() -> None:
    for time, is_ours in ((AWARE, True), (NAIVE, False)):
        text = json.dumps(["created_at", {"t": time.isoformat()}, 3])
        cursor = urlsafe_b64encode(text.encode()).decode().rstrip("=")
        if is_ours:
            assert decode(cursor, "created_at", datetime) == (AWARE, 3)
        else:
            with pytest.raises(InvalidInput):
                decode(cursor, "created_at", datetime)
