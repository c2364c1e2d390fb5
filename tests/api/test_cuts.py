"""``/api/cuts``."""

from __future__ import annotations

from flask import Flask

from flask_iptv import database
from flask_iptv.models import Cut, utcnow
from tests.api.caller import Caller


def add(app: Flask, **fields: object) -> None:
    with app.app_context():
        database.session().add(
            Cut(**{"channel_id": 1, "stream": "ort", "server_id": 1, "asked_at": utcnow()} | fields)
        )
        database.session().commit()


def test_a_cut_tells_who_where_and_what_became_of_it(estate: Caller, provider: Flask) -> None:
    now = utcnow()
    add(provider, user_id=1, address="192.0.2.1", due_at=now, attempts=1, outcome="nobody listens")
    (cut,) = estate.get("/cuts")["cuts"]
    assert cut.pop("asked_at").endswith("Z")
    assert cut.pop("due_at") == now.isoformat().replace("+00:00", "Z")
    assert cut == {
        "id": 1,
        "user": "bob",
        "channel": "ort",
        "server": "main",
        "address": "192.0.2.1",
        "attempts": 1,
        "done": False,
        "outcome": "nobody listens",
    }


def test_a_session_that_is_cut_is_in_the_list(estate: Caller, provider: Flask) -> None:
    asked = {"name": "ort", "ip": "192.0.2.1", "token": "bobs-token", "session_id": "s1"}
    assert provider.test_client().get("/tv/auth", query_string=asked).status_code == 200
    (session,) = estate.get("/sessions")["sessions"]
    assert estate.send("DELETE", f"/sessions/{session['id']}").status_code == 204
    # As the state's own thread does within a second.
    provider.extensions["iptv"].services.recorder.flush(utcnow())
    told = estate.get("/cuts")
    assert told["estimated_count"] == 1
    assert told["cuts"][0]["user"] == "bob"


def test_the_list_is_paged_with_the_last_first(estate: Caller, provider: Flask) -> None:
    for number in range(3):
        add(provider, done=True, outcome=str(number))
    first = estate.get("/cuts?limit=2")
    assert [cut["outcome"] for cut in first["cuts"]] == ["2", "1"]
    rest = estate.get(f"/cuts?limit=2&cursor={first['next']}")
    assert [cut["outcome"] for cut in rest["cuts"]] == ["0"]
    assert rest["next"] is None
    assert [cut["id"] for cut in estate.get("/cuts?sort=id")["cuts"]] == [1, 2, 3]


def test_what_can_not_be_listed_by_is_named(refusing: Caller) -> None:
    for query, field in {"sort=name": "sort", "user=bob": "user", "limit=0": "limit"}.items():
        answer = refusing.send("GET", f"/cuts?{query}")
        assert answer.status_code == 422
        assert answer.json is not None
        assert answer.json["errors"][0]["field"] == field
