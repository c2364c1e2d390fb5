"""Nothing on the viewer's own page is forgotten."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask

from flask_iptv import database, users

from .furnished import TOKEN, furnish
from .reader import MY, Reader


def test_the_page_of_every_viewer(marked_site: Flask) -> None:
    reader = Reader(marked_site, login=False)
    with marked_site.app_context():
        keys = [user.key for user in users.page().items]
    for key in keys:
        reader.open(f"{MY}/{key}")
    reader.open(f"{MY}/{TOKEN}?q=9")
    reader.open(f"{MY}/{TOKEN}?q=%D0%BF")
    for done in ("new-token", "stopped", "over"):
        reader.open(f"{MY}/{TOKEN}?done={done}")
    reader.open(f"{MY}/{TOKEN}/new-token")
    reader.open(f"{MY}/{TOKEN}/devices/1")
    reader.open(f"{MY}/9", 404)
    reader.check()


def test_the_page_without_new_tokens(make_marked_site: Callable[..., Flask]) -> None:
    app = make_marked_site(IPTV_VIEWER_NEW_TOKEN=False)
    furnish(app)
    with app.app_context():
        users.update(users.by_name("зритель 1"), enabled=False)
        database.session().commit()
    reader = Reader(app, login=False)
    reader.open(f"{MY}/{TOKEN}")
    reader.open(f"{MY}/{TOKEN}2")
    reader.check()
