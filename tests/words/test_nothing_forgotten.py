"""No word of a page is forgotten: in a language of brackets, all words are in brackets."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from flask import Flask
from sqlalchemy import text

from flask_iptv import database
from flask_iptv.admin.pages import NOTICES, NUMBERED_NOTICES
from tests.admin.test_pages import pages

from .furnished import TOKEN
from .reader import ADMIN, MY, Reader

_PACKAGE, _SERVER, _CHANNEL, _GROUP = map(quote, ("пустой", "сервер 1", "первый", "Новости"))
_SEARCHES = (
    *(
        "users?q=9",
        "users?q=%D0%B0",
        "users?state=full",
        "users?state=expired",
        "users?enabled=yes",
    ),
    *(f"users?package={_PACKAGE}", f"users?package={_PACKAGE}&q=9", "users?enabled=no"),
    *("channels?q=9", "channels?enabled=yes", f"channels?group={_GROUP}", "channels?group=9"),
    *(f"channels?server={_SERVER}", f"channels?package={_PACKAGE}", "servers?q=9", "packages?q=9"),
    *(f"sessions?channel={_CHANNEL}", "sessions?q=9", "sessions?period=day"),
    *("sessions?period=month", f"history?channel={_CHANNEL}"),
    *("packages/1/channels?q=9", "packages/2/channels", "packages/1/channels/all?q=%D0%BF"),
    *("packages/1/channels?in=yes", f"packages/1/channels?group={_GROUP}"),
    *("explain?user=1&channel=1", f"links?channel={_CHANNEL}", "channels/1/watch?output=mpegts"),
)


def test_every_page_of_the_administrator(marked_site: Flask) -> None:
    reader = Reader(marked_site)
    for address in pages(marked_site, "/tv"):
        reader.open(address)
    for noun, last in (("users", 6), ("channels", 4), ("servers", 4), ("packages", 3)):
        for number in range(2, last + 1):
            reader.open(f"{ADMIN}/{noun}/{number}")
            reader.open(f"{ADMIN}/{noun}/{number}/delete")
    for number in (2, 3, 4):
        reader.open(f"{ADMIN}/channels/{number}/watch")
        reader.open(f"{ADMIN}/servers/{number}/sync")
    reader.check()


def test_every_page_of_an_empty_site(make_marked_site: Callable[..., Flask]) -> None:
    app = make_marked_site(IPTV_WITHOUT_PACKAGES="none", IPTV_AUTH_SECRET="1")
    reader = Reader(app)
    for address in pages(app, "/tv"):
        if "/1" not in address:
            reader.open(address)
        else:
            reader.open(address, 404)
    reader.check()


def test_every_list_that_is_searched(marked_site: Flask) -> None:
    reader = Reader(marked_site)
    for query in _SEARCHES:
        reader.open(f"{ADMIN}/{query}")
    for query in ("users?package=9", "channels?server=9", "sessions?user=9", "history?channel=9"):
        reader.open(f"{ADMIN}/{query}", 404)
    reader.check()


def test_everything_that_is_said_after_a_change(marked_site: Flask) -> None:
    reader = Reader(marked_site)
    for done in NOTICES:
        reader.open(f"{ADMIN}/servers?done={done}")
    for done in NUMBERED_NOTICES:
        reader.open(f"{ADMIN}/users?done={done}&number=2")
    reader.check()


def test_what_goes_wrong_is_said(marked_site: Flask) -> None:
    reader = Reader(marked_site)
    for noun in ("users", "channels", "packages", "servers"):
        reader.open(f"{ADMIN}/{noun}/99", 404)
        reader.open(f"{ADMIN}/{noun}?cursor=9", 400)
    reader.open(f"{ADMIN}/users?state=9", 400)
    reader.post(f"{ADMIN}/users/bulk", 422, action="9")
    stranger = Reader(marked_site, login=False)
    stranger.open(f"{ADMIN}/users", 401)
    foreign = Reader(marked_site)
    foreign.browser.headers["Sec-Fetch-Site"] = "cross-site"
    foreign.post(f"{ADMIN}/users/1/enabled", 403, enabled="0")
    for each in (reader, stranger, foreign):
        each.check()


def test_a_closed_door_is_said(make_marked_site: Callable[..., Flask]) -> None:
    reader = Reader(make_marked_site(IPTV_ADMIN_PASSWORD_HASH=None))
    reader.open(f"{ADMIN}/", 403)
    reader.check()


def test_a_database_that_is_away_is_said(marked_site: Flask) -> None:
    with marked_site.app_context():
        for table in ("iptv_user_packages", "iptv_users"):
            database.session().execute(text(f"DROP TABLE {table}"))
        database.session().commit()
    reader = Reader(marked_site)
    reader.open(f"{ADMIN}/users", 503)
    viewer = Reader(marked_site, login=False)
    viewer.open(f"{MY}/{TOKEN}", 503)
    reader.check()
    viewer.check()
