"""``/api/sessions``."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.api.caller import Caller


def ask(app: Flask, token: str, ip: str, channel: str = "ort") -> int:
    asked = {"name": channel, "ip": ip, "token": token, "session_id": f"session-of-{ip}"}
    headers = {"User-Agent": "Flussonic"}
    return app.test_client().get("/tv/auth", query_string=asked, headers=headers).status_code


def test_a_session_tells_who_watches_what_from_where(estate: Caller, provider: Flask) -> None:
    assert ask(provider, "bobs-token", "192.0.2.1") == 200
    listed = estate.get("/sessions")
    assert listed["estimated_count"] == 1
    (session,) = listed["sessions"]
    assert estate.get(f"/sessions/{session['id']}") == session
    told = {name: session[name] for name in ("user", "channel", "address", "server_session")}
    assert told == {
        "user": "bob",
        "channel": "ort",
        "address": "192.0.2.1",
        "server_session": "session-of-192.0.2.1",
    }
    assert session["opened_at"] <= session["seen_at"] < session["expires_at"]


def test_sessions_are_listed_by_user_and_by_channel(estate: Caller, provider: Flask) -> None:
    ask(provider, "bobs-token", "192.0.2.1")
    ask(provider, "eves-token", "192.0.2.2")
    ask(provider, "eves-token", "192.0.2.3", "sport/espn hd")
    assert [s["user"] for s in estate.get("/sessions?user=eve")["sessions"]] == ["eve", "eve"]
    assert [s["user"] for s in estate.get("/sessions?channel=ort")["sessions"]] == ["bob", "eve"]


def test_a_session_that_is_cut_is_refused_at_the_next_question(
    estate: Caller, provider: Flask
) -> None:
    ask(provider, "bobs-token", "192.0.2.1")
    (session,) = estate.get("/sessions")["sessions"]
    answer = estate.send("DELETE", f"/sessions/{session['id']}")
    assert (answer.status_code, answer.data) == (204, b"")
    assert ask(provider, "bobs-token", "192.0.2.1") == 403
    assert estate.get("/sessions")["sessions"] == []
    assert estate.send("DELETE", f"/sessions/{session['id']}").status_code == 404


@pytest.mark.parametrize("address", ["0", "1", "9" * 20, "9" * 5000, "x"])
def test_there_is_no_such_session(refusing: Caller, address: str) -> None:
    for method in ("GET", "DELETE"):
        answer = refusing.send(method, f"/sessions/{address}")
        assert answer.status_code == 404
        assert answer.json is not None
        assert "there is no session" in answer.json["message"]
