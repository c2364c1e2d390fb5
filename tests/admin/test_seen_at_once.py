"""Forms that are sent at the same moment lose nothing, on any database."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from flask import Flask

from flask_iptv import database, packages, users
from tests.conftest import furnish
from tests.patience import LIMIT

from .browser import Browser, Typed
from .page import Form
from .test_packages import members

ADMIN = "/tv/admin"
#: What each changes about one user.
TYPED: list[dict[str, Typed]] = [
    {"comment": "one"},
    {"email": "one@example.com"},
    {"max_sessions": "7"},
    {"packages": ["1", "2"]},
    {"packages": ["1", "3"]},
    {"enabled": []},
]


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
def site(request: pytest.FixtureRequest, make_app: Callable[..., Flask]) -> Flask:
    """The small provider with more packages, on each database."""
    name = request.param
    url = None if name == "sqlite" else request.getfixturevalue(f"{name}_tables_url")
    app = make_app(url)
    with app.app_context():
        furnish()
        for package in ("sport", "kids"):
            packages.create(name=package)
        database.session().commit()

    @app.before_request
    def look_up() -> None:
        # As a host does for who is logged in: some databases show what was there then ever after.
        users.get(2)

    return app


def send_at_once(forms: list[tuple[Browser, Form, dict[str, Typed]]]) -> list[int]:
    """Let all be sent at the same moment; gives how they were answered."""
    begin = Barrier(len(forms))

    def send(browser: Browser, form: Form, typed: dict[str, Typed]) -> None:
        begin.wait(LIMIT)
        browser.send(form, **typed)

    threads = [Thread(target=send, args=one) for one in forms]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LIMIT)
    return [browser.status for browser, _, _ in forms]


def test_each_field_that_somebody_changed_is_changed(site: Flask) -> None:
    browsers = [Browser(site) for _ in TYPED]
    forms = [browser.open(f"{ADMIN}/users/1").form() for browser in browsers]
    assert send_at_once(list(zip(browsers, forms, TYPED, strict=True))) == [200] * len(TYPED)
    with site.app_context():
        user = users.get(1)
        assert (user.comment, user.email) == ("one", "one@example.com")
        assert (user.max_sessions, user.enabled, user.key) == (7, False, "bobs-token")
        assert [package.name for package in user.packages] == ["basic", "kids", "sport"]


def test_only_the_first_of_two_who_change_the_same_is_saved(site: Flask) -> None:
    browsers = [Browser(site) for _ in range(4)]
    form = browsers[0].open(f"{ADMIN}/users/1").form()
    typed: list[dict[str, Typed]] = [{"comment": str(number)} for number in range(4)]
    statuses = send_at_once([(one, form, said) for one, said in zip(browsers, typed, strict=True)])
    assert sorted(statuses) == [200, 409, 409, 409]
    with site.app_context():
        assert users.get(1).comment == str(statuses.index(200))


def test_ticks_of_a_package_that_come_at_once_are_all_kept(site: Flask) -> None:
    browsers = [Browser(site) for _ in range(2)]
    address = f"{ADMIN}/packages/2/channels"
    forms = [browser.open(address).form("2/channels") for browser in browsers]
    ticks: list[dict[str, Typed]] = [{"channels": ["1"]}, {"channels": ["2"]}]
    assert send_at_once(list(zip(browsers, forms, ticks, strict=True))) == [200, 200]
    assert members(site, "sport") == ["ort", "sport/espn hd"]
