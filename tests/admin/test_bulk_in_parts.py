"""What is done to very many is committed part by part, and goes on where it has stopped."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from flask_iptv import channels, database, packages, sessions, signals, users
from flask_iptv.models import User, utcnow
from tests.admin.browser import Browser
from tests.admin.page import Page

USERS, CHANNELS = "/tv/admin/users/bulk", "/tv/admin/channels/bulk"
NUMBER = 7
DAY = timedelta(days=1)


@pytest.fixture
def crowd(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Browser:
    """A browser at seven users and channels, of which two are a part."""
    monkeypatch.setattr("flask_iptv.admin.in_parts.PART", 2)
    with app.app_context():
        packages.create(name="basic")
        for number in range(NUMBER):
            users.create(name=f"user {number}", expires_at=utcnow() + DAY)
            channels.create(name=f"channel{number}")
        database.session().commit()
    return Browser(app)


@pytest.fixture
def slow(app: Flask) -> None:
    """Each part takes as long as a page may."""
    passed = iter(range(0, 10_000, 10))
    app.extensions["iptv"].clock = lambda: float(next(passed))


def enabled(app: Flask) -> list[bool]:
    with app.app_context():
        return [user.enabled for user in users.page(sort="created_at").items]


def expiries(app: Flask) -> list[datetime | None]:
    with app.app_context():
        return [user.expires_at for user in users.page(sort="created_at").items]


def progress(page: Page) -> str:
    return page.text.partition("Done: ")[2][:6]


def test_each_part_is_a_transaction_of_its_own(app: Flask, crowd: Browser) -> None:
    commits: list[int] = []
    heard: list[str] = []
    with app.app_context():
        engine = database.current().engine()
    sa.event.listen(engine, "commit", lambda connection: commits.append(len(heard)))

    def listen(sender: Flask, user: User, changed: set[str]) -> None:
        heard.append(user.name)

    signals.user_updated.connect(listen, sender=app, weak=False)
    page = crowd.post(USERS, action="disable", all="1")
    commits.clear()
    page = crowd.send(page.form("/bulk"))
    assert "7 users were disabled" in page.text
    assert commits[:4] == [2, 4, 6, 7]
    assert heard == [f"user {number}" for number in range(NUMBER)]
    assert enabled(app) == [False] * NUMBER


@pytest.mark.usefixtures("slow")
@pytest.mark.parametrize("chosen", [{"all": "1"}, {"user": "1,2,3,4,5,6,7"}])
@pytest.mark.parametrize("query", ["", "?state=active"])
def test_a_page_says_how_far_it_is_and_goes_on(
    app: Flask, crowd: Browser, chosen: dict[str, str], query: str
) -> None:
    page = crowd.send(crowd.post(USERS + query, action="disable", **chosen).form("/bulk"))
    for count in (2, 4, 6):
        assert crowd.status == 200
        assert progress(page) == f"{count} of 7"
        assert page.wrong == []
        assert enabled(app) == [False] * count + [True] * (NUMBER - count)
        form = page.form("/bulk")
        assert "data-iptv-goes-on" in form.attributes
        page = crowd.send(form)
    assert "7 users were disabled" in page.text
    assert enabled(app) == [False] * NUMBER


@pytest.mark.usefixtures("slow")
def test_repeating_a_request_extends_nobody_twice(app: Flask, crowd: Browser) -> None:
    before = expiries(app)[0]
    assert before is not None
    form = crowd.post(USERS, action="extend", all="1").form("/bulk")
    page = crowd.send(form, days="30")
    assert progress(page) == "2 of 7"
    # The answer was lost, and the browser sends the same again.
    again = crowd.send(form, days="30")
    assert crowd.status == 422
    assert "has changed since this was asked" in again.text
    for _ in range(3):
        page = crowd.send(page.form("/bulk"))
    assert "7 users have a later expiry now." in page.text
    moved = [at - before for at in expiries(app) if at is not None]
    assert {round(one / DAY) for one in moved} == {30}


@pytest.mark.usefixtures("slow")
def test_a_list_that_changes_meanwhile_is_asked_about_again(app: Flask, crowd: Browser) -> None:
    page = crowd.send(crowd.post(USERS, action="give", all="1").form("/bulk"), package="basic")
    assert progress(page) == "2 of 7"
    with app.app_context():
        users.create(name="late")
        database.session().commit()
    page = crowd.send(page.form("/bulk"))
    assert crowd.status == 422
    assert "The list has changed meanwhile" in page.text
    assert "Done already: 2." in page.text
    assert "Add a package to 6 users?" in page.text
    for _ in range(3):
        page = crowd.send(page.form("/bulk"))
    assert "8 users have the package now" in page.text


@pytest.mark.usefixtures("slow")
def test_channels_are_changed_in_parts_as_well(app: Flask, crowd: Browser) -> None:
    page = crowd.send(crowd.post(CHANNELS, action="disable", all="1").form("/bulk"))
    for count in (2, 4, 6):
        assert progress(page) == f"{count} of 7"
        page = crowd.send(page.form("/bulk"))
    assert "7 channels were disabled" in page.text


def test_sessions_of_every_part_are_ended(
    app: Flask, crowd: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended: list[list[int]] = []
    monkeypatch.setattr(
        sessions.following, "_end_all", lambda store, user_ids: ended.append(user_ids)
    )
    crowd.send(crowd.post(USERS, action="disable", all="1").form("/bulk"))
    assert ended == [[1, 2], [3, 4], [5, 6], [7]]
