"""The list of users with filters and orders, and that it stays light with ten thousand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from flask_iptv import database, packages, users
from flask_iptv.models import (
    Channel,
    PastSession,
    Session,
    User,
    user_packages,
    utcnow,
)
from tests.admin.browser import Browser
from tests.admin.page import Page
from tests.statements import statements

LIST = "/tv/admin/users"
MANY = 10_000
DAY = timedelta(days=1)


def names(page: Page) -> list[str]:
    """The users of a list, in its order."""
    rows = page.html.partition("<tbody>")[2]
    return [words for to, words in page.links if f'href="{to}"><bdi>' in rows and "/users/" in to]


@pytest.fixture
def crowded(make_app: Callable[..., Flask], tmp_path: Path) -> Browser:
    """A browser at ten thousand users, every tenth of whom is watching."""
    app = make_app(IPTV_SESSION_STORE="sql:")
    now = utcnow()
    common = {"created_at": now, "updated_at": now}
    with app.app_context():
        session = database.session()
        for number in range(200):
            packages.create(name=f"p{number}", title=f"Package {number}")
        session.execute(sa.insert(Channel), [{"name": "ort", "title": "ORT", **common}])
        session.execute(
            sa.insert(User),
            [
                {
                    "name": f"viewer {number:05}",
                    "key": f"key{number}",
                    "email": f"viewer{number}@example.com",
                    "allowed_networks": [],
                    "max_sessions": 1 + number % 2,
                    "enabled": number % 7 != 0,
                    "expires_at": now + (number % 60 - 30) * DAY if number % 3 else None,
                    **common,
                }
                for number in range(1, MANY + 1)
            ],
        )
        lasting = {"opened_at": now, "seen_at": now, "expires_at": now + DAY, "channel_id": 1}
        watching = [{"device": f"{id}", "user_id": id, **lasting} for id in range(10, MANY, 10)]
        session.execute(sa.insert(Session), watching)
        past = {"opened_at": now, "ended_at": now, "ending": "closed", "channel_id": 1}
        session.execute(sa.insert(PastSession), [{"user_id": 10, **past} for _ in range(500)])
        held = [{"user_id": id, "package_id": 1 + id % 200} for id in range(1, MANY + 1)]
        database.current().connection().execute(sa.insert(user_packages), held)
        session.commit()
    return Browser(app)


#: The most statements for a page of ten thousand, which are hardly more than for one of ten.
MOST = {
    "": 6,
    "?q=viewer+0": 6,
    "?q=viewer+09999": 6,
    "?state=active": 6,
    "?state=expired&sort=-expires_at": 6,
    "?package=p7&sort=created_at": 8,
    "?state=full": 12,
    "/10": 8,
    "/10/playlists": 5,
    "/10/sessions": 16,
    "/10/links": 10,
    "/bulk": 6,
}


def test_pages_of_ten_thousand_are_as_light_as_those_of_ten(crowded: Browser) -> None:
    for address, most in MOST.items():
        with statements() as seen:
            page = crowded.open(LIST + address)
        assert crowded.status == 200
        assert page.wrong == []
        assert len(seen) <= most, (address, seen)
        assert len(page.html) < 150_000, address
    # Addresses that somebody may have kept.
    page = crowded.open(f"{LIST}?enabled=no&package=p7&q=viewer")
    assert "8 users" in page.text
    current = [a["href"] for a in page.all("a") if a.get("aria-current") == "true"]
    assert [to for to in current if "state=disabled" in to]
    page = crowded.open(f"{LIST}?enabled=yes")
    assert "Only users who are enabled" in page.text
    assert "8,572 users" in page.text
    assert "enabled" not in page.link("Disabled users")


def test_ten_thousand_are_exported_and_changed_by_few_statements(crowded: Browser) -> None:
    form = crowded.post(f"{LIST}/bulk", action="export", all="1").form("/bulk")
    with statements() as seen:
        page = crowded.send(form)
    assert page.html.count("\r\n") == MANY + 1
    assert f"viewer {MANY:05}" in page.html
    assert len(seen) < 60
    form = crowded.post(f"{LIST}/bulk?state=active", action="disable", all="1").form("/bulk")
    with statements() as seen:
        page = crowded.send(form)
    assert "users were disabled" in page.text
    assert len(seen) < 1500, "about one for ten users, most of them for those who watch"
    assert "No user found" in crowded.open(f"{LIST}?state=active").text
    assert "This user is watching nothing" in crowded.open(f"{LIST}/30/sessions").text


def test_filters_say_who_is_in_which_state(provider: Flask, at_provider: Browser) -> None:
    with provider.app_context():
        users.create(name="over", expires_at=utcnow() - DAY)
        users.create(name="early", starts_at=utcnow() + DAY)
        users.create(name="off", enabled=False, expires_at=utcnow() - DAY)
        now = utcnow()
        lasting = {"opened_at": now, "seen_at": now, "expires_at": now + DAY, "channel_id": 1}
        database.session().add_all(
            Session(device=name, user_id=id, **lasting) for id, name in ((1, "tv"), (2, "phone"))
        )
        database.session().commit()
    page = at_provider.open(LIST)
    for words, found in {
        "Active users": ["bob", "eve"],
        "Disabled users": ["off"],
        "Expired users": ["over"],
        "Not started yet": ["early"],
        "At the limit": ["bob"],
        "All": ["bob", "early", "eve", "off", "over"],
    }.items():
        page = at_provider.open(page.link(words))
        assert names(page) == found, words
        (current,) = [a["href"] for a in page.all("a") if a.get("aria-current") == "true"]
        assert page.link(words) == current
    at_provider.open(f"{LIST}?state=tired")
    assert at_provider.status == 400
    at_provider.open(f"{LIST}?package=gone")
    assert at_provider.status == 404


def test_a_package_is_picked_from_a_list(provider: Flask, at_provider: Browser) -> None:
    search = next(form for form in at_provider.open(LIST).forms if form.method == "get")
    page = at_provider.send(search, package="basic", q="o")
    assert names(page) == ["bob"]
    search = next(form for form in page.forms if form.method == "get")
    assert search.value("package") == "basic"
    assert names(at_provider.send(search, package="", q="")) == ["bob", "eve"]


def test_the_list_is_sorted_by_its_heads(provider: Flask, at_provider: Browser) -> None:
    with provider.app_context():
        for number, name in enumerate(("ann", "zoe")):
            user = users.create(name=name, expires_at=utcnow() + (2 - number) * DAY)
            user.created_at = utcnow() - (number + 1) * DAY
        database.session().commit()
    page = at_provider.open(f"{LIST}?q=o&cursor=")
    for head, up, down in (
        ("Created", ["zoe", "bob"], ["bob", "zoe"]),
        ("Expires", ["zoe", "bob"], ["zoe", "bob"]),
    ):
        for found, way in ((up, "ascending"), (down, "descending")):
            page = at_provider.open(page.link(head))
            assert names(page) == found, (head, way)
            ways = [a["aria-sort"] for a in page.all("th") if "aria-sort" in a]
            assert sorted(ways) == [way, "none", "none"]
            assert "q=o" in page.link(head)
            assert "cursor" not in page.link(head)
    assert names(at_provider.open(f"{LIST}?sort=-name")) == ["zoe", "eve", "bob", "ann"]
    at_provider.open(f"{LIST}?sort=key")
    assert at_provider.status == 400
    at_provider.open(f"{LIST}?sort=expires_at&cursor=x")
    assert at_provider.status == 400
