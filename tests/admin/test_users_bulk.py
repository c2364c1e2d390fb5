"""What is done to many users: the page that says so first, and what can go wrong."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.datastructures import MultiDict

from flask_iptv import database, packages, users
from flask_iptv.models import Package, User, utcnow
from tests.admin.browser import Browser
from tests.admin.page import Page

LIST = "/tv/admin/users"
DAY = timedelta(days=1)


@pytest.fixture
def crowd(app: Flask) -> Browser:
    """A browser at 60 users: more than a page; every third is disabled, ten have a package."""
    with app.app_context():
        packages.create(name="basic", title="Basic TV")
        for number in range(60):
            users.create(
                name=f"user {number:02}",
                enabled=number % 3 != 0,
                packages=["basic"] if number < 10 else [],
                expires_at=utcnow() + DAY if number < 20 else None,
            )
        database.session().commit()
    return Browser(app)


def ask(browser: Browser, action: str, ticked: list[int], address: str = LIST) -> Page:
    """Tick users in the list, as they are there, and press a button of the bar."""
    form = browser.open(address).form("/bulk")
    for one in ticked:
        assert str(one) in [box.value for box in form.named("user")]
    assert action in [button.value for button in form.named("action")]
    data = MultiDict([("action", action), *(("user", str(one)) for one in ticked)])
    return browser._ask("POST", form.address, data)


def everybody(app: Flask) -> list[User]:
    """All users with their packages, by name."""
    with app.app_context():
        return users.page(sort="name", limit=1000).items


def test_ticked_users_are_disabled_after_a_page_that_says_so(app: Flask, crowd: Browser) -> None:
    page = ask(crowd, "disable", [2, 3, 4], f"{LIST}?q=user&sort=created_at&cursor=")
    assert [user.enabled for user in everybody(app)[1:4]] == [True, True, False]
    assert "Disable 3 users?" in page.text
    assert "user 01, user 02, user 03 " in page.text
    assert page.wrong == []
    page = crowd.send(page.form("/bulk"))
    assert "2 users were disabled: who watches now is cut" in page.text
    assert urlsplit(crowd.address).query == "done=users-disabled&number=2&q=user&sort=created_at"
    assert [user.enabled for user in everybody(app)[1:4]] == [False, False, False]


def test_all_that_match_are_more_than_the_page_shows(app: Flask, crowd: Browser) -> None:
    page = crowd.open(f"{LIST}?state=active")
    assert "All 40 that match" not in page.text, "all of them are on the page"
    page = crowd.open(f"{LIST}?q=user")
    assert "All 60 that match" in page.text
    page = crowd.post(page.form("/bulk").address, action="enable", all="1")
    assert "Enable 60 users?" in page.text
    assert "user 04, and 55 more" in page.text
    page = crowd.send(page.form("/bulk"))
    assert "20 users were enabled." in page.text
    assert all(user.enabled for user in everybody(app))


def test_more_than_the_page_said_are_not_changed(app: Flask, crowd: Browser) -> None:
    form = crowd.post(f"{LIST}/bulk?state=active", action="disable", all="1").form("/bulk")
    with app.app_context():
        users.create(name="new")
        database.session().commit()
    page = crowd.send(form)
    assert crowd.status == 422
    assert "The list has changed meanwhile" in page.text
    assert "Disable 41 users?" in page.text
    page = crowd.send(page.form("/bulk"))
    assert "41 users were disabled" in page.text


def test_an_expiry_is_extended_by_days(app: Flask, crowd: Browser) -> None:
    before = [user.expires_at for user in everybody(app)]
    page = ask(crowd, "extend", [1, 30])
    assert "Whose access has ended: the days count from now on." in page.text
    assert "Who never expires stays without an end." in page.text
    for days in ("abc", "0", "-3", "3651", "9" * 5000, ""):
        page = crowd.send(page.form("/bulk"), days=days)
        assert crowd.status == 422
        assert page.by_id("iptv-days")["value"] == days
        assert "autofocus" in page.by_id("iptv-days")
        assert page.words_of("iptv-days-problem")
        assert "Extend the access of 2 users?" in page.text, "who was ticked is not lost"
    assert [user.expires_at for user in everybody(app)] == before
    page = crowd.send(page.form("/bulk"), days="30")
    assert "1 user has a later expiry now." in page.text
    first = before[0]
    assert first is not None
    assert everybody(app)[0].expires_at == first + 30 * DAY
    assert everybody(app)[29].expires_at is None


def test_a_package_is_added_and_removed(app: Flask, crowd: Browser) -> None:
    page = ask(crowd, "give", [1, 11, 12])
    assert page.form("/bulk").control("package").options == ["", "basic"]
    for typed in ("", "gone"):
        page = crowd.send(page.form("/bulk"), package=typed)
        assert crowd.status == 422
        assert page.words_of("iptv-package-problem")
    page = crowd.send(page.form("/bulk"), package="basic")
    assert "2 users have the package now who did not have it." in page.text
    assert [len(user.packages) for user in everybody(app)[:12]] == [1] * 12
    page = crowd.send(ask(crowd, "take", [1, 11]).form("/bulk"), package="basic")
    assert "The package was taken from 2 users." in page.text
    assert "user 10 Active 0 / ∞ Nothing" in page.text


def test_without_packages_the_page_says_so(app: Flask, browser: Browser) -> None:
    with app.app_context():
        users.create(name="bob")
        database.session().commit()
    page = ask(browser, "give", [1])
    assert "There are no packages yet." in page.text
    assert page.link("Create a package") == "/tv/admin/packages/new"
    page = browser.send(page.form("/bulk"))
    assert browser.status == 422


def test_nothing_ticked_loses_nothing(crowd: Browser) -> None:
    page = ask(crowd, "disable", [], f"{LIST}?q=user&state=active")
    assert crowd.status == 422
    assert "Tick the users first" in page.text
    assert page.wrong == []
    assert "user 01" in page.text
    assert next(form for form in page.forms if form.method == "get").value("q") == "user"


@pytest.mark.parametrize("ticked", ["99", "x", "-1", "0", "9" * 40, "1 2", "\0", "\uff11"])
def test_ticks_that_are_nobody(app: Flask, crowd: Browser, ticked: str) -> None:
    page = crowd.post(f"{LIST}/bulk", action="disable", user=ticked)
    assert crowd.status == 422
    assert "The users you ticked are not there any more." in page.text
    page = crowd.post(f"{LIST}/bulk", action="disable", user=f"2,{ticked}")
    assert "Disable 1 user?" in page.text
    assert "1 of the ticked users is not there any more and is left out." in page.text


def test_what_nobody_can_do_is_refused(app: Flask, crowd: Browser) -> None:
    for action in ("", "delete", "x" * 9999, "\0"):
        page = crowd.post(f"{LIST}/bulk", action=action, user="1", expected="1")
        assert crowd.status == 422
        assert "Choose what to do" in page.text
    crowd.post(f"{LIST}/bulk?package=gone", action="disable", all="1")
    assert crowd.status == 404
    crowd.post(f"{LIST}/bulk?state=gone", action="disable", all="1")
    assert crowd.status == 400
    page = crowd.post(f"{LIST}/bulk?q=zzz", action="disable", all="1")
    assert "No user matches any more" in page.text
    crowd.headers["Sec-Fetch-Site"] = "cross-site"
    crowd.post(f"{LIST}/bulk", action="disable", user="2", expected="1")
    assert crowd.status == 403
    assert sum(user.enabled for user in everybody(app)) == 40


def test_a_made_up_number_in_the_address_is_no_notice(crowd: Browser) -> None:
    for query in ("number=x", "number=", "", "number=-1", "number=99999999999999", "number=²"):
        page = crowd.open(f"{LIST}?done=users-disabled&{query}")
        assert "disabled: who" not in page.text


def test_a_second_click_does_not_extend_twice(app: Flask, crowd: Browser) -> None:
    form = ask(crowd, "extend", [1, 2]).form("/bulk")
    before = everybody(app)[0].expires_at
    assert before is not None
    crowd.send(form, days="30")
    page = crowd.send(form, days="30")
    assert crowd.status == 422
    assert "has changed since this was asked, such as by a second click" in page.text
    assert everybody(app)[0].expires_at == before + 30 * DAY
    page = crowd.send(page.form("/bulk"), days="5")
    assert "2 users have a later expiry now." in page.text
    assert everybody(app)[0].expires_at == before + 35 * DAY


def test_others_in_the_place_of_those_that_were_shown_are_not_changed(
    app: Flask, crowd: Browser
) -> None:
    form = crowd.post(f"{LIST}/bulk?state=active", action="disable", all="1").form("/bulk")
    with app.app_context():
        users.disable([2])
        users.create(name="new")
        database.session().commit()
    page = crowd.send(form)
    assert crowd.status == 422
    assert "The list has changed meanwhile" in page.text


def test_a_package_that_is_deleted_at_the_same_moment_is_said(
    app: Flask, crowd: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = ask(crowd, "give", [11, 12]).form("/bulk")
    look_up = packages.get

    def then_gone(name: str) -> Package:
        package = look_up(name)
        connection = database.current().connection()
        connection.exec_driver_sql("PRAGMA foreign_keys=ON")
        connection.execute(sa.delete(Package))
        return package

    monkeypatch.setattr(packages, "get", then_gone)
    page = crowd.send(form, package="basic")
    assert crowd.status == 422
    assert "was deleted at the same moment" in page.text
