"""The page of what was watched."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from flask import Flask

from flask_iptv import channels, database, history, records, users
from flask_iptv.models import PastSession, utcnow
from flask_iptv.sessions.store import Ending
from tests.history.conftest import ended
from tests.statements import statements

from .browser import Browser

LIST = "/tv/admin/history"
OPENED = datetime(2026, 3, 1, 22, 50, 30, tzinfo=timezone.utc)


@pytest.fixture
def watched(provider: Flask) -> Flask:
    """The provider after Bob watched ORT, a signed link ESPN over midnight, and Eve zapped."""
    with provider.app_context():
        past = [
            ended(1, 1, opened_at=OPENED, ended_at=OPENED + timedelta(minutes=12), bytes=1_500_000),
            ended(None, 2, opened_at=OPENED, ended_at=OPENED + timedelta(hours=2, minutes=5),
                  ending=Ending.SILENT, address=None, user_agent=None),
            ended(2, 2, opened_at=OPENED, ended_at=OPENED + timedelta(seconds=9),
                  ending=Ending.ZAPPED, user_agent="<b>Box"),
        ]  # fmt: skip
        history.write(database.current().connection(), past)
        database.session().commit()
    return provider


def test_the_history_tells_who_what_when_how_much_and_how_it_ended(watched: Flask) -> None:
    page = Browser(watched).open(LIST)
    assert page.wrong == []
    text = page.text.replace("\N{EN DASH}", " to ")
    for words in (
        "bob ORTHLS 12 min 2026-03-01 22:50 to 23:02 UTC 1.5 MB Closed 192.0.2.1VLC 3.0",
        "Signed link ESPN HDHLS 2 h 5 min 2026-03-01 22:50 to 2026-03-02 00:55 UTC unknown "
        "Fell silent unknown bob",
        "eve ESPN HDHLS 9 s 2026-03-01 22:50 to 22:50 UTC unknown Changed channel",
        "<b>Box",
        "3 sessions",
    ):
        assert words in text
    assert page.text.index("eve ESPN") < page.text.index("bob ORT"), "the last one is first"


def test_every_way_to_end_has_its_words(watched: Flask) -> None:
    with watched.app_context():
        past = [ended(ending=ending) for ending in Ending]
        history.write(database.current().connection(), past)
        database.session().commit()
    page = Browser(watched).open(LIST)
    for words in ("Closed", "Fell silent", "Changed channel", "Cut off", "Dismissed"):
        assert words in page.text
    assert len([a for a in page.all("span") if a.get("title")]) == 8


def test_the_page_of_a_channel_leads_to_its_history(watched: Flask) -> None:
    browser = Browser(watched)
    links = [to for to, text in browser.open("/tv/admin/channels/2").links if text == "History"]
    page = browser.open(links[-1])
    assert "Only of the channel sport/espn hd" in page.text
    assert "2 sessions" in page.text


def test_the_history_is_narrowed_to_a_user(watched: Flask) -> None:
    browser = Browser(watched)
    page = browser.open(f"{LIST}?user=bob")
    assert "Only of the user bob" in page.text
    assert "1 session" in page.text
    browser.open(f"{LIST}?user=nobody")
    assert browser.status == 404


def test_who_and_what_was_deleted_is_shown_by_its_number(watched: Flask) -> None:
    with watched.app_context():
        users.delete(users.by_name("bob"))
        channels.delete(channels.get("ort"))
        database.session().commit()
    page = Browser(watched).open(LIST)
    assert "Deleted user 1 Deleted channel 1" in page.text


def test_an_empty_history_says_where_those_are_who_watch_now(provider: Flask) -> None:
    browser = Browser(provider)
    page = browser.open(f"{LIST}?user=bob")
    assert "Nothing was watched" in page.text
    address = next(to for to, text in page.links if text == "Live" and "user=bob" in to)
    assert "Only of the user bob" in browser.open(address).text


def test_a_long_history_is_paged_and_not_counted_to_its_end(
    watched: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with watched.app_context():
        history.write(database.current().connection(), [ended(1, 1)] * 60)
        database.session().commit()
    browser = Browser(watched)
    with statements() as seen:
        first = browser.open(LIST)
    assert len(seen) == 5, seen
    assert "63 sessions" in first.text
    second = browser.open(first.link("Next page"))
    rows = [a for a in second.all("tr") if a.get("id", "").startswith("past-session-")]
    assert len(rows) == 13
    monkeypatch.setattr(records, "COUNTED", 50)
    assert "More than 50 sessions" in browser.open(LIST).text


def test_the_plot_shows_the_hours_of_each_day(provider: Flask) -> None:
    now = utcnow()
    day = now.replace(hour=10, minute=0, second=0, microsecond=0) - timedelta(days=3)
    with provider.app_context():
        past = [
            ended(1, 1, opened_at=day, ended_at=day + timedelta(hours=6)),
            ended(2, 2, opened_at=day, ended_at=day + timedelta(hours=6)),
            ended(1, 1, opened_at=day - timedelta(days=1), ended_at=day - timedelta(hours=23)),
            ended(1, 1, opened_at=day - timedelta(days=40), ended_at=day - timedelta(days=39)),
        ]
        history.write(database.current().connection(), past)
        database.session().commit()
    browser = Browser(provider)
    page = browser.open(LIST)
    (told,) = [svg["aria-label"] for svg in page.all("svg") if svg.get("role") == "img"]
    assert f"last 30 days: 13 in all, at most 12, on {day:%Y-%m-%d}" in told
    assert f"{day:%Y-%m-%d}: 12 h" in page.text
    assert page.html.count("iptv-plot-bar") == 2
    page = browser.open(f"{LIST}?user=eve")
    assert f"{day:%Y-%m-%d}: 6.0 h" in page.text
    assert page.html.count("iptv-plot-bar") == 1


def test_the_overview_tells_where_to_ask_until_somebody_has_watched(
    provider: Flask, at_provider: Browser
) -> None:
    start = "/tv/admin/"
    assert "Address of the authorization backend" in at_provider.open(start).html
    with provider.app_context():
        now = utcnow()
        past = {"opened_at": now, "ended_at": now, "ending": "closed", "channel_id": 1}
        database.session().add(PastSession(user_id=1, **past))
        database.session().commit()
    assert "Address of the authorization backend" not in at_provider.open(start).html
    assert "Address of the authorization backend" in at_provider.open("/tv/admin/servers").html
