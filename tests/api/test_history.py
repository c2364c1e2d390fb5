"""``/api/history`` and ``/api/usage``."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from flask import Flask

from flask_iptv import channels, database, history, users
from flask_iptv.models import utcnow
from tests.api.caller import Caller
from tests.history.conftest import ended
from tests.statements import statements

OPENED = datetime(2026, 3, 1, 23, 50, tzinfo=timezone.utc)


@pytest.fixture
def watched(provider: Flask) -> Flask:
    """The provider after Bob watched ORT over midnight, then Eve and a signed link ESPN."""
    with provider.app_context():
        long = ended(1, 1, opened_at=OPENED, ended_at=OPENED + timedelta(minutes=40), bytes=4000)
        short = {"opened_at": OPENED + timedelta(days=1)}
        past = [long, ended(2, 2, **short), ended(None, 2, **short)]
        history.write(database.current().connection(), past)
        database.session().commit()
    return provider


def test_the_history_tells_who_watched_what_and_how_it_ended(
    estate: Caller, watched: Flask
) -> None:
    listed = estate.get("/history")
    assert (listed["estimated_count"], listed["next"], listed["prev"]) == (3, None, None)
    assert [row["id"] for row in listed["history"]] == [3, 2, 1]
    assert listed["history"][-1] == {
        "id": 1,
        "user": "bob",
        "user_id": 1,
        "channel": "ort",
        "channel_id": 1,
        "address": "192.0.2.1",
        "user_agent": "VLC/3.0",
        "protocol": "hls",
        "opened_at": "2026-03-01T23:50:00Z",
        "ended_at": "2026-03-02T00:30:00Z",
        "seconds": 2400,
        "bytes": 4000,
        "ending": "closed",
    }
    assert [(row["user"], row["bytes"]) for row in listed["history"][:2]] == [
        (None, None),
        ("eve", None),
    ]


def test_the_history_is_paged_sorted_and_narrowed(estate: Caller, watched: Flask) -> None:
    first = estate.get("/history?limit=2")
    second = estate.get(f"/history?limit=2&cursor={first['next']}")
    assert [row["id"] for row in first["history"] + second["history"]] == [3, 2, 1]
    assert [row["id"] for row in estate.get("/history?sort=id")["history"]] == [1, 2, 3]
    assert [row["id"] for row in estate.get("/history?user=bob")["history"]] == [1]
    assert [row["id"] for row in estate.get("/history?channel=sport/espn+hd")["history"]] == [3, 2]


def test_who_and_what_was_deleted_is_known_by_its_number(estate: Caller, watched: Flask) -> None:
    with watched.app_context():
        users.delete(users.by_name("bob"))
        channels.delete(channels.get("ort"))
        database.session().commit()
    (row,) = estate.get("/history?sort=id&limit=1")["history"]
    told = {name: row[name] for name in ("user", "user_id", "channel", "channel_id")}
    assert told == {"user": None, "user_id": 1, "channel": None, "channel_id": 1}


def test_the_list_costs_the_same_statements_whatever_its_length(
    estate: Caller, watched: Flask
) -> None:
    asked = []
    for _ in range(2):
        with statements() as sent:
            estate.get("/history?limit=2")
        asked.append(len(sent))
        with watched.app_context():
            history.write(database.current().connection(), [ended(2, 1)] * 50)
            database.session().commit()
    assert asked == [4, 4]


def test_usage_tells_each_day(estate: Caller, watched: Flask) -> None:
    told = estate.get("/usage?since=2026-02-28&until=2026-03-02")
    assert told == {
        "usage": [
            {"day": "2026-02-28", "sessions": 0, "seconds": 0, "bytes": 0},
            {"day": "2026-03-01", "sessions": 1, "seconds": 600, "bytes": 1000},
            {"day": "2026-03-02", "sessions": 2, "seconds": 1920, "bytes": 3000},
        ]
    }
    day = "/usage?since=2026-03-02&until=2026-03-02"
    for query, seconds in {
        "user=bob": 1800,
        "user=eve": 60,
        "channel=ort": 1800,
        "channel=sport/espn+hd": 120,
        "user=eve&channel=ort": 0,
    }.items():
        (row,) = estate.get(f"{day}&{query}")["usage"]
        assert row["seconds"] == seconds, query


def test_usage_is_that_of_thirty_days_unless_told_otherwise(api: Caller) -> None:
    before = utcnow().date()
    days = [datetime.fromisoformat(row["day"]).date() for row in api.get("/usage")["usage"]]
    assert len(days) == 30
    assert before <= days[-1] <= utcnow().date()
    rows = api.get("/usage?until=2026-03-01")["usage"]
    assert (rows[0]["day"], rows[-1]["day"]) == ("2026-01-31", "2026-03-01")
    assert [row["day"] for row in api.get("/usage?until=0001-01-01")["usage"]] == ["0001-01-01"]
    assert len(api.get("/usage?since=9999-01-01&until=9999-12-31")["usage"]) == 365


@pytest.mark.parametrize(
    ("address", "field", "words"),
    [
        ("/usage?since=yesterday", "since", "must be a day such as '2026-01-31' (was 'yesterday')"),
        ("/usage?since=2026-02-30", "since", "must be a day"),
        ("/usage?until=20260131", "until", "must be a day"),
        ("/usage?until=1767225600", "until", "must be a day"),
        ("/usage?until=2026-01-31T00:00Z", "until", "must be a day"),
        ("/usage?since=2026-02-02&until=2026-02-01", "", "since (2026-02-02) must not be after"),
        ("/usage?since=2025-01-01&until=2026-02-01", "", "at most 366 days"),
        ("/usage?since=9999-01-01", "", "must not be after until"),
        ("/usage?user=nobody", "user", "there is no user 'nobody'"),
        ("/usage?channel=nix", "channel", "there is no channel 'nix'"),
        ("/usage?day=2026-01-01", "day", "there are since, until, user, channel"),
        ("/history?user=nobody", "user", "there is no user 'nobody'"),
        ("/history?channel=nix", "channel", "there is no channel 'nix'"),
        ("/history?sort=ended_at", "sort", "must be one of id, with - before it"),
        ("/history?cursor=x", "cursor", "the list itself gave"),
    ],
)
def test_what_can_not_be_answered_is_refused_by_name(
    refusing: Caller, address: str, field: str, words: str
) -> None:
    answer = refusing.send("GET", address)
    assert answer.status_code == 422
    assert answer.json is not None
    (problem,) = answer.json["errors"]
    assert problem["field"] == field
    assert words in problem["message"]
