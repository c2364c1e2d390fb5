"""Searching finds a text whatever its case is, in every alphabet and on every database."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from flask_iptv import channels, database, packages, servers, users
from flask_iptv.models import User, utcnow
from tests.admin.browser import Browser

NAMES = ["Мария Петрова", "ΓΙΩΡΓΟΣ", "Åse [*?] Ørsted", "Plain Jane", "100% Ж_1", "цена\\Ж"]
FOUND = {
    "петрова": [NAMES[0]],
    "ПЕТРОВА": [NAMES[0]],
    "мАРИЯ п": [NAMES[0]],
    "γιωργος": [NAMES[1]],
    "åSE [*?] ø": [NAMES[2]],
    "å*": [],
    "å??": [],
    "plain J": [NAMES[3]],
    "% ж_": [NAMES[4]],
    "\\ж": [NAMES[5]],
    "п.тр": [],
}


@pytest.fixture(params=[None, "postgresql_tables_url", "mariadb_tables_url"])
def site(request: pytest.FixtureRequest, make_app: Callable[..., Flask]) -> Flask:
    app: Flask = make_app(request.param and request.getfixturevalue(request.param))
    with app.app_context():
        for name in NAMES:
            users.create(name=name)
        servers.create(name="s", title="Медиасервер один", url="https://media.example")
        channels.create(name="c", title="Первый КАНАЛ", server="s")
        packages.create(name="p", title="Базовый")
        database.session().commit()
    return app


def test_users_are_found_in_any_case(site: Flask) -> None:
    with site.app_context():
        for text, found in FOUND.items():
            assert [user.name for user in users.page(search=text).items] == found, text


def test_channels_packages_and_servers_are_found_in_any_case(site: Flask) -> None:
    with site.app_context():
        assert channels.page(search="ПЕРВЫЙ канал").count == 1
        assert packages.page(search="бАЗовЫй").count == 1
        assert servers.page(search="МЕДИАсервер Один").count == 1


def test_all_that_a_search_shows_are_changed(site: Flask) -> None:
    browser = Browser(site)
    asked = browser.post("/tv/admin/users/bulk?q=ПЕТРОВА", action="disable", all="1")
    page = browser.send(asked.form("/users/bulk"))
    assert "1 user was disabled" in page.text
    with site.app_context():
        disabled = sa.select(User.name).where(User.enabled.is_(False))
        assert database.session().scalars(disabled).all() == [NAMES[0]]


def test_one_of_ten_thousand_is_found_by_the_end_of_the_name(
    make_app: Callable[..., Flask],
) -> None:
    now = utcnow()
    rows = [
        {"name": f"Зритель {number:05}", "key": f"k{number}", "created_at": now, "updated_at": now}
        for number in range(10_000)
    ]
    app = make_app()
    with app.app_context():
        database.session().execute(sa.insert(User), rows)
        database.session().commit()
        page = users.page(search="ЗРИТЕЛЬ 0999")
        assert page.count == 10
