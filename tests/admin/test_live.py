"""The page of who watches now: its numbers, plots, refusals and search, and what they cost."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from flask_iptv import database, sessions
from flask_iptv.admin import drawings
from flask_iptv.admin.reasons import REASONS
from flask_iptv.attendance import PERIODS, minute_of
from flask_iptv.models import Attendance, Channel, Refusals, Session, User, utcnow
from tests.statements import statements

from .browser import Browser
from .page import Page

LIST = "/tv/admin/sessions"


def watch(app: Flask, *rows: dict[str, Any]) -> None:
    """Let devices watch since a minute ago."""
    now = utcnow()
    opened = now - timedelta(minutes=1)
    common: dict[str, Any] = {"user_id": None, "channel_id": 1, "address": None, "user_agent": None}
    common |= {"opened_at": opened, "seen_at": now, "expires_at": now + timedelta(hours=1)}
    values = [{**common, "device": f"d{number}", **row} for number, row in enumerate(rows)]
    with app.app_context():
        database.session().execute(sa.insert(Session), values)
        database.session().commit()


def write(app: Flask, model: type, *rows: dict[str, Any]) -> None:
    """Write rows, of so many minutes ago."""
    now = minute_of(utcnow())
    with app.app_context():
        values = [{**row, "minute": now - row["minute"]} for row in rows]
        database.session().execute(sa.insert(model), values)
        database.session().commit()


def numbers(page: Page) -> list[int]:
    """The head numbers."""
    (part,) = re.findall(r'iptv-live-numbers">(.*?)</ul>', page.html, re.DOTALL)
    return [int(number.replace(",", "")) for number in re.findall(r"<b>([\d,]+)</b>", part)]


def bars(page: Page) -> int:
    return sum(1 for rect in page.all("rect") if rect.get("class") == "iptv-plot-bar")


def summary(page: Page) -> str:
    (told,) = [svg["aria-label"] for svg in page.all("svg") if svg.get("role") == "img"]
    return told


def test_the_head_tells_how_many_watch_and_how_many_were_refused(provider: Flask) -> None:
    watch(provider, {"user_id": 1}, {"user_id": 1}, {"user_id": 2, "channel_id": 2}, {})
    write(provider, Refusals, {"minute": 5, "reason": "expired", "times": 3},
          {"minute": 90, "reason": "expired", "times": 9})  # fmt: skip
    for period in PERIODS:
        assert numbers(Browser(provider).open(f"{LIST}?period={period}")) == [4, 2, 2, 3]


def test_an_idle_site_says_what_to_do(browser: Browser) -> None:
    page = browser.open(LIST)
    assert page.wrong == []
    assert numbers(page) == [0, 0, 0, 0]
    for words in ("Nothing was measured yet", "No channel is being watched", "Nobody was refused",
                  "Nobody is watching", "knows the authorization address"):  # fmt: skip
        assert words in page.text
    assert "iptv-plot-bar" not in page.html


@pytest.mark.parametrize("period", PERIODS)
def test_a_plot_shows_what_was_measured_and_now(provider: Flask, period: str) -> None:
    length = PERIODS[period].minutes
    write(provider, Attendance, {"minute": 3 * length, "sessions": 12})
    watch(provider, {"user_id": 1}, {})
    page = Browser(provider).open(f"{LIST}?period={period}")
    assert page.wrong == []
    assert bars(page) == 2
    assert "2 now, at most 12, first at" in summary(page)
    assert "12 devices" in page.text
    gaps = [rect for rect in page.all("rect") if rect.get("class") == "iptv-plot-gap"]
    assert len(gaps) == 2, "before it, and between it and now"
    (link,) = [a for a in page.all("a") if a.get("id") == f"iptv-period-{period}"]
    assert link["aria-current"] == "true"
    times = [text for text in page.all("text") if "data-iptv-time" in text]
    assert times
    assert all(text["data-iptv-time"].endswith("Z") for text in times)


def test_an_unknown_period_is_the_hour(provider: Flask) -> None:
    page = Browser(provider).open(f"{LIST}?period=%3Cb%3E")
    assert 'id="iptv-period-hour"' in page.html
    assert "Refusals in the last hour" in page.text


def test_refusals_are_told_in_words_the_most_frequent_first(provider: Flask) -> None:
    rows = [{"minute": 2, "reason": reason, "times": 1} for reason in REASONS]
    write(provider, Refusals, *rows, {"minute": 3, "reason": "session_cut", "times": 1000})
    page = Browser(provider).open(LIST)
    for words in REASONS.values():
        assert words in page.text
    assert page.text.index("Cut by an administrator 1,001") < page.text.index("Brought no token 1")
    assert page.link("Explain a refusal") == "/tv/admin/explain"


def test_a_reason_without_words_is_shown_by_its_code(provider: Flask) -> None:
    write(provider, Refusals, {"minute": 2, "reason": "<b>new", "times": 1})
    assert "<b>new 1" in Browser(provider).open(LIST).text


def test_every_reason_of_the_manual_has_words(provider: Flask) -> None:
    from pathlib import Path

    manual = (Path(__file__).parents[2] / "docs/authorization.md").read_text()
    table = manual[manual.index("| `no_token`") :].partition("\n\n")[0]
    codes = {code for row in table.splitlines() for code in re.findall(r"`(\w+)`", row[:60])}
    assert codes - {"no_publish_key"} <= REASONS.keys()
    assert len(codes) > 15


def test_the_most_watched_channels_come_first_and_lead_to_their_viewers(provider: Flask) -> None:
    watch(provider, {"user_id": 1}, {"channel_id": 2}, {"channel_id": 2})
    browser = Browser(provider)
    page = browser.open(f"{LIST}?period=day")
    assert page.text.index("ESPN HD 2 devices") < page.text.index("ORT one device")
    page = browser.open(next(a["href"] for a in page.all("a") if a.get("id") == "iptv-rank-2"))
    assert "Only of the channel sport/espn hd" in page.text
    assert "2 sessions" in page.text
    assert "period=day" in page.address


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("BOB", ["bob"]),
        ("espn", ["eve"]),
        ("2001:db8", ["bob"]),
        ("tivi", ["eve"]),
        ("%", []),
        ("nobody", []),
        ("%00", ["bob", "eve"]),
        ("x" * 300, []),
    ],
)
def test_viewers_are_found_by_name_channel_address_and_device(
    provider: Flask, text: str, found: list[str]
) -> None:
    watch(provider, {"user_id": 1, "address": "2001:db8::7", "user_agent": "VLC/3.0"},
          {"user_id": 2, "channel_id": 2, "user_agent": "TiviMate/4"})  # fmt: skip
    page = Browser(provider).open(f"{LIST}?q={text.replace('%', '%25') if text == '%' else text}")
    assert page.wrong == []
    rows = [a["id"] for a in page.all("a") if a.get("id", "").startswith("session-user-")]
    assert len(rows) == len(found)
    for name in found:
        assert f"<bdi>{name}</bdi></a>" in page.html
    if not found:
        assert "Nobody like that is watching" in page.text
        assert numbers(page)[0] == 2, "the numbers are of the whole site"


def test_a_filter_is_taken_away_alone(provider: Flask) -> None:
    watch(provider, {"user_id": 1})
    page = Browser(provider).open(f"{LIST}?q=vlc&user=bob&period=day")
    ways = {to for to, text in page.links if text == "Show all"}
    assert ways == {f"{LIST}?user=bob&period=day", f"{LIST}?q=vlc&period=day"}
    (search,) = [form for form in page.forms if form.attributes.get("role") == "search"]
    assert dict(search.sent()) == {"user": "bob", "period": "day", "q": "vlc"}


def test_a_search_is_paged_and_goes_on_where_it_stopped(
    provider: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch(provider, *({"user_id": 1 + number % 2} for number in range(130)))
    browser = Browser(provider)
    page = browser.open(f"{LIST}?q=bob")
    assert "More than 50 sessions" in page.text
    page = browser.open(page.link("Next page"))
    assert "15 sessions" in page.text
    assert page.html.count('id="session-cut-') == 15
    monkeypatch.setattr(sessions.listing, "MAX_LIMIT", 20)
    monkeypatch.setattr(sessions.listing, "LOOKED_THROUGH", 40)
    monkeypatch.setattr("flask_iptv.admin.lists.ROWS", 20)
    watch(provider, {"device": "old", "user_id": 2, "address": "192.0.2.77",
                     "opened_at": utcnow() - timedelta(days=1)})  # fmt: skip
    page = browser.open(f"{LIST}?q=192.0.2.77")
    pages = 1
    while "Search on" in page.text:
        page = browser.open(page.link("Search on"))
        pages += 1
    assert pages == 4
    assert "192.0.2.77" in page.text


def test_what_renews_itself_is_marked_and_the_search_is_outside_of_it(provider: Flask) -> None:
    watch(provider, {"user_id": 1})
    page = Browser(provider).open(LIST)
    regions = re.findall(r'data-iptv-live="(\w+)"', page.html)
    assert regions == ["numbers", "viewers"]
    assert page.html.index('data-iptv-live="numbers"') < page.html.index('type="search"')
    assert page.html.index('type="search"') < page.html.index('data-iptv-live="viewers"')
    (state,) = [p for p in page.all("p") if "data-iptv-live-state" in p]
    assert (state["role"], state["data-iptv-every"]) == ("status", "10")
    assert "{time}" in state["data-iptv-stale"]
    assert page.link("Refresh") == LIST


def test_ten_thousand_viewers_are_a_light_page(make_app: Callable[..., Flask]) -> None:
    app = make_app(IPTV_SESSION_STORE="sql:")
    now = utcnow()
    common = {"created_at": now, "updated_at": now}
    with app.app_context():
        people = [{"id": i, "name": f"user {i}", "key": f"k{i}", "allowed_networks": [], **common}
                  for i in range(1, 10_001)]  # fmt: skip
        database.session().execute(sa.insert(User), people)
        named = [{"id": i, "name": f"c{i}", "title": f"C {i}", **common} for i in range(1, 5001)]
        database.session().execute(sa.insert(Channel), named)
        database.session().commit()
    watch(app, *({"user_id": i, "channel_id": 1 + i % 5000} for i in range(1, 10_001)))
    write(
        app, Attendance, *({"minute": i, "sessions": 9000 + i % 900} for i in range(0, 44_000, 9))
    )
    browser = Browser(app)
    for query, most, words in (
        ("", 9, "10,000 sessions"),
        ("?period=month", 9, "10,000 sessions"),
        ("?user=user+5", 10, "1 session"),
        ("?q=user+7777", 37, "user 7777"),
        ("?q=nobody", 37, "Nothing was found among the first."),
    ):
        with statements() as sent:
            page = browser.open(LIST + query)
        assert len(sent) <= most, query
        assert numbers(page) == [10_000, 10_000, 5000, 0]
        assert words in page.text
        assert len(page.html) < 120_000


@pytest.mark.parametrize("store", ["memory:", "sql:"])
def test_each_store_has_the_numbers(make_app: Callable[..., Flask], store: str) -> None:
    from tests.conftest import furnish

    app = make_app(IPTV_SESSION_STORE=store)
    with app.app_context():
        furnish()
        database.session().commit()
    app.test_client().get("/tv/auth?name=ort&token=bobs-token&ip=192.0.2.1&session_id=1")
    assert numbers(Browser(app).open(LIST))[:3] == [1, 1, 1]


def test_the_overview_shows_the_last_day_and_its_refusals(provider: Flask) -> None:
    browser = Browser(provider)
    assert "Devices at once" not in browser.open("/tv/admin/").text
    write(provider, Attendance, {"minute": 300, "sessions": 4})
    write(provider, Refusals, {"minute": 300, "reason": "expired", "times": 2})
    page = browser.open("/tv/admin/")
    assert page.wrong == []
    assert "in the last day: 0 now, at most 4" in summary(page)
    assert "2 refusals in the last day Access has ended 2" in page.text
    assert "period=day" in page.link("See who is watching")


def test_times_below_a_plot_have_room() -> None:
    marks = [
        drawings.Mark(left, utcnow(), is_day) for left in (1, 50, 99) for is_day in (True, False)
    ]
    assert [mark.left for mark in drawings._inside(marks)] == [50, 50]
