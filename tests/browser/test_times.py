"""Fields for a time show and take that of the reader's clock, and send it in UTC."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from itertools import count
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from flask_iptv import database, users
from flask_iptv.models import User

from .screens import DESKTOP, complaints, opened
from .site import Site

_NAMES = (f"timed {number}" for number in count())


@contextmanager
def reading(chromium: Browser, zone: str, **more: Any) -> Iterator[Page]:
    with (
        opened(chromium, DESKTOP, timezone_id=zone, **more) as page,
        complaints(page) as heard,
    ):
        yield page
    assert heard == []


def timed(site: Site, expires_at: datetime | None) -> int:
    """Make a user who expires then, and give the id."""
    with site.app.app_context():
        user = users.create(name=next(_NAMES), expires_at=expires_at)
        database.session().commit()
        return user.id


def expiry(site: Site, user_id: int) -> datetime | None:
    with site.app.app_context():
        return database.session().get_one(User, user_id).expires_at


def utc(year: int, month: int, day: int, hour: int, minute: int) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=timezone.utc)


def save(page: Page) -> dict[str, str]:
    """Press the button, and give the times that are sent."""
    with page.expect_request(lambda request: request.method == "POST") as sent:
        page.get_by_role("button", name="Save").click()
    posted = sent.value.post_data_json
    assert posted
    return {name: posted[name] for name in ("expires_at", "starts_at")}


def test_a_time_is_shown_and_taken_by_the_readers_clock(
    chromium: Browser, lively_site: Site
) -> None:
    user = timed(lively_site, utc(2026, 11, 26, 23, 0))
    with reading(chromium, "Europe/Moscow") as page:
        page.goto(f"{lively_site.url}/tv/admin/users/{user}")
        field = page.get_by_label("Expires at (your time)")
        expect(field).to_have_value("2026-11-27T02:00")
        expect(field).to_have_accessible_description("Empty: never. That is 2026-11-26 23:00 UTC.")
        field.fill("2026-12-01T01:30")
        expect(field).to_have_accessible_description("Empty: never. That is 2026-11-30 22:30 UTC.")
        assert save(page) == {"expires_at": "2026-11-30T22:30", "starts_at": ""}
        expect(page.get_by_text("The user was saved.")).to_be_visible()
        expect(field).to_have_value("2026-12-01T01:30")
        assert expiry(lively_site, user) == utc(2026, 11, 30, 22, 30)
        field.fill("")
        expect(field).to_have_accessible_description("Empty: never.")
        assert save(page)["expires_at"] == ""
    assert expiry(lively_site, user) is None


@pytest.mark.parametrize(
    ("zone", "moment", "shown"),
    [
        ("Europe/Berlin", utc(2026, 10, 25, 1, 30), "2026-10-25T02:30"),
        ("Asia/Kathmandu", utc(2026, 12, 31, 23, 59), "2027-01-01T05:44"),
        ("Europe/Moscow", utc(9999, 12, 31, 23, 59), "10000-01-01T02:59"),
    ],
)
def test_a_time_that_was_not_touched_is_sent_as_it_was(
    chromium: Browser, lively_site: Site, zone: str, moment: datetime, shown: str
) -> None:
    user = timed(lively_site, moment)
    with reading(chromium, zone) as page:
        page.goto(f"{lively_site.url}/tv/admin/users/{user}")
        expect(page.get_by_label("Expires at (your time)")).to_have_value(shown)
        sent = save(page)["expires_at"]
        expect(page.get_by_text("The user was saved.")).to_be_visible()
    assert sent == f"{moment.replace(tzinfo=None).isoformat(timespec='minutes')}"
    assert expiry(lively_site, user) == moment


def test_a_form_that_comes_back_has_the_time_that_was_typed(
    chromium: Browser, lively_site: Site
) -> None:
    with opened(chromium, DESKTOP, timezone_id="Europe/Moscow") as page:
        page.goto(f"{lively_site.url}/tv/admin/users/new")
        field = page.get_by_label("Expires at (your time)")
        page.get_by_label("Name", exact=True).fill("a/b")
        field.fill("2026-12-01T01:30")
        for name in ("c/d", "in time"):
            page.get_by_role("button", name="Create user").click()
            expect(page).to_have_title("Error: New user · IPTV")
            expect(field).to_have_value("2026-12-01T01:30")
            page.get_by_label("Name", exact=True).fill(name)
        page.get_by_role("button", name="Create user").click()
        expect(page.get_by_text("The user was created.")).to_be_visible()
    with lively_site.app.app_context():
        assert users.by_name("in time").expires_at == utc(2026, 11, 30, 22, 30)


def test_without_scripts_a_time_is_in_utc_and_says_so(chromium: Browser, lively_site: Site) -> None:
    user = timed(lively_site, utc(2026, 11, 26, 23, 0))
    with reading(chromium, "Europe/Moscow", java_script_enabled=False) as page:
        page.goto(f"{lively_site.url}/tv/admin/users/{user}")
        expect(page.get_by_label("Expires at (UTC)")).to_have_value("2026-11-26T23:00")
        expect(page.get_by_text("That is")).to_be_hidden()
