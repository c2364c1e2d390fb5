"""The page of who is watching now, and the button that cuts a session."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from flask_iptv import database, users
from flask_iptv.models import Session, utcnow

from .browser import Browser

LIST = "/tv/admin/sessions"


@pytest.fixture
def watched(provider: Flask) -> Flask:
    """The provider with Bob on ORT for an hour, a signed link on ESPN, and Eve gone since long."""
    with provider.app_context():
        now = utcnow()
        lasting = {"seen_at": now, "expires_at": now + timedelta(minutes=3)}
        gone = {"seen_at": now, "expires_at": now - timedelta(minutes=3)}
        device = {"address": "2001:db8::1", "user_agent": "VLC/3.0", "protocol": "hls"}
        hour = now - timedelta(minutes=63)
        for session in (
            Session(device="1", user_id=1, channel_id=1, opened_at=hour, **lasting, **device),
            Session(device="2", channel_id=2, opened_at=now, **lasting),
            Session(device="3", user_id=2, channel_id=2, opened_at=hour, **gone),
        ):
            database.session().add(session)
        database.session().commit()
    return provider


def test_sessions_tell_who_what_since_when_from_where_and_on_what(watched: Flask) -> None:
    page = Browser(watched).open(LIST)
    assert "2 sessions" in page.text
    for words in ("bob ORT", "HLS", "1 h", "UTC 2001:db8::1 VLC 3.0", "Signed link ESPN HD"):
        assert words in page.text
    assert "eve" not in page.text
    assert page.text.index("Signed link ESPN") < page.text.index("bob ORT"), "the newest is first"


def test_sessions_are_narrowed_to_a_user_or_a_channel(watched: Flask) -> None:
    browser = Browser(watched)
    page = browser.open(f"{LIST}?user=bob")
    assert "Only of the user bob" in page.text
    assert "1 session" in page.text
    assert "Only of the channel" in browser.open(f"{LIST}?channel=sport/espn+hd").text
    browser.open(f"{LIST}?user=nobody")
    assert browser.status == 404


def test_a_cut_session_is_refused_and_gone_from_the_list(watched: Flask) -> None:
    browser = Browser(watched)
    cut = browser.open(f"{LIST}?user=bob").form("1/cut")
    page = browser.send(cut)
    assert "bob on ORT was cut: the media server is told" in page.text
    assert page.link("See what it says") == "/tv/admin/cuts"
    assert page.html.count("iptv-notice") == 1, "it is said once"
    assert "Only of the user bob" in page.text
    assert "Nobody like that is watching" in page.text
    with watched.app_context():
        session = database.session().get(Session, 1)
        assert session is not None
        assert session.cut_reason == "session_cut"


def test_cutting_what_has_ended_is_no_error(watched: Flask) -> None:
    browser = Browser(watched)
    cut = browser.open(LIST).form("1/cut")
    with watched.app_context():
        users.delete(users.get(1))
        database.session().commit()
    assert "That session had ended already." in browser.send(cut).text
    assert browser.status == 200
    assert "had ended already" in browser.post(f"{LIST}/3/cut").text


def test_sessions_are_paged(watched: Flask) -> None:
    with watched.app_context():
        now = utcnow()
        for number in range(60):
            opened = now - timedelta(hours=2, seconds=number)
            lasting = {"seen_at": now, "expires_at": now + timedelta(minutes=3)}
            one = Session(device=f"s{number}", channel_id=1, opened_at=opened, **lasting)
            database.session().add(one)
        database.session().commit()
    browser = Browser(watched)
    first = browser.open(LIST)
    second = browser.open(first.link("Next page"))
    assert first.html.count('id="session-cut-') == 50
    assert second.html.count('id="session-cut-') == 12
    assert "62 sessions" in second.text


@pytest.mark.parametrize("number", ["9" * 30, "99999999999"])
def test_a_number_that_no_session_can_have_is_over(watched: Flask, number: str) -> None:
    browser = Browser(watched)
    for address in (f"{LIST}/{number}/cut", f"/tv/admin/users/1/sessions/{number}/cut"):
        assert "had ended already" in browser.post(address).text
        assert browser.status == 200


def test_who_was_cut_is_named_wherever_it_was_done(watched: Flask) -> None:
    browser = Browser(watched)
    page = browser.send(browser.open(LIST).form("2/cut"))
    assert "The viewer with a signed link on ESPN HD was cut" in page.text
    page = browser.send(browser.open("/tv/admin/users/1/sessions").form("1/cut"))
    assert "bob on ORT was cut" in page.text
    for query in ("user_id=99&channel_id=1", "channel_id=99", "", "user_id=x&channel_id=%00"):
        page = browser.open(f"{LIST}?done=session-cut&{query}")
        assert browser.status == 200
        assert "The session was cut" in page.text


def test_devices_and_protocols_are_named_alike_on_every_page(watched: Flask) -> None:
    with watched.app_context():
        now = utcnow()
        agent = "Mozilla/5.0 (Windows NT 10.0) Chrome/126.0.0.0 Safari/537.36"
        lasting = {"opened_at": now, "seen_at": now, "expires_at": now + timedelta(minutes=3)}
        told = {"user_agent": agent, "protocol": "webrtc"}
        database.session().add(Session(device="5", user_id=1, channel_id=1, **lasting, **told))
        database.session().commit()
    browser = Browser(watched)
    for address in (LIST, "/tv/admin/users/1/sessions"):
        page = browser.open(address)
        assert "Chrome 126, Windows" in page.text
        assert "Mozilla" not in page.text
        assert agent in [shown.get("title") for shown in page.all("bdi")]
        assert "WebRTC" in page.text
        assert "HLS" in page.text
