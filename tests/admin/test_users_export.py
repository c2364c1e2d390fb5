"""Users as a file: what is in it, and that neither spreadsheets nor the host suffer from it."""

from __future__ import annotations

import csv
import secrets
from io import StringIO

import pytest
from flask import Flask
from sqlalchemy.pool import QueuePool
from werkzeug.datastructures import MultiDict

from flask_iptv import database, packages, users
from flask_iptv.admin.export import csv_file
from tests.admin.browser import Browser
from tests.admin.page import Page

LIST = "/tv/admin/users"


def exported(app: Flask, browser: Browser, page: Page) -> list[list[str]]:
    """Press the button of the export, and read the file."""
    form = page.form("/bulk")
    assert "data-iptv-download" in form.attributes
    with app.test_client().post(
        form.address, data=MultiDict(form.sent()), headers=browser.headers
    ) as answer:
        assert answer.mimetype == "text/csv"
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Content-Disposition"].startswith('attachment; filename="users-')
        text = answer.get_data(as_text=True).removeprefix("\ufeff")
        assert all(line[0] == line[-1] == '"' for line in text.splitlines()), "all is quoted"
        return list(csv.reader(StringIO(text)))


def test_an_export_has_what_to_send(app: Flask, browser: Browser) -> None:
    with app.app_context():
        packages.create(name="basic")
        for number, enabled in enumerate((False, True)):
            users.create(name=f"user {number:02}", enabled=enabled, packages=["basic"])
        users.update(users.get(2), email="a@example.com", max_sessions=2, key="anns-token")
        database.session().commit()
    page = browser.post(f"{LIST}/bulk", action="export", user="1,2")
    assert "Whoever has the file can watch as these users" in page.text
    head, first, second = exported(app, browser, page)
    rows = [dict(zip(head, row, strict=True)) for row in (first, second)]
    assert [row["name"] for row in rows] == ["user 00", "user 01"]
    assert [row["state"] for row in rows] == ["disabled", "active"]
    assert rows[1] | {"expires_at": ""} == {
        "name": "user 01",
        "email": "a@example.com",
        "state": "active",
        "starts_at": "",
        "expires_at": "",
        "devices": "2",
        "packages": "basic",
        "open_to": "packages",
        "token": "anns-token",
        "hls": "http://localhost/tv/playlists/user%2001.m3u?token=anns-token&output=hls",
        "mpegts": "http://localhost/tv/playlists/user%2001.m3u?token=anns-token&output=mpegts",
        "xspf": "http://localhost/tv/playlists/user%2001.xspf?token=anns-token",
        "page": "http://localhost/tv/my/anns-token",
    }


def test_a_spreadsheet_runs_nothing_of_an_export(app: Flask, browser: Browser) -> None:
    names = ["=1+1", "+1", "-1", "@SUM(A1)", "  =1", "\uff1d1+1", 'a","b', "1=1",
             "a;=1+1", 'b";@SUM(1)', "\u00a0=1"]  # fmt: skip
    with app.app_context():
        for name in names:
            users.create(name="x" + name).name = name
        users.update(users.get(1), key="-anns-token")
        database.session().commit()
    page = browser.post(f"{LIST}/bulk", action="export", user=",".join(map(str, range(1, 12))))
    rows = exported(app, browser, page)[1:]
    cells = {cell for row in rows for cell in row}
    assert not {cell for cell in cells if cell.lstrip(" ").startswith(tuple("=+-@\uff1d"))}
    assert {"a;'=1+1", "b\";'@SUM(1)", "'\u00a0=1"} <= cells
    assert {"'=1+1", "'+1", "'-1", "'@SUM(A1)", "'  =1", "'-anns-token", 'a","b', "1=1"} <= cells


def test_an_export_leaves_the_objects_of_the_host_alone(app: Flask) -> None:
    with app.test_request_context("/tv/admin/users/bulk"):
        mine = users.create(name="bob")
        database.session().commit()
        assert "bob" in csv_file([mine.id]).get_data(as_text=True)
        assert mine in database.session()


def test_a_token_that_we_make_is_no_formula(monkeypatch: pytest.MonkeyPatch) -> None:
    made = iter(["-a", "-b", "c-d"])
    monkeypatch.setattr(secrets, "token_urlsafe", lambda size: next(made))
    assert users.make_key() == "c-d"


def test_no_page_is_exported_for_a_token_that_has_none(app: Flask, browser: Browser) -> None:
    with app.app_context():
        users.create(name="bob", key="a/new-token")
        database.session().commit()
    page = browser.post(f"{LIST}/bulk", action="export", user="1")
    assert exported(app, browser, page)[1][-1] == ""


def test_whoever_takes_an_export_slowly_keeps_no_connection_from_others(
    app: Flask, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flask_iptv.admin.export._AT_ONCE", 1)
    with app.app_context():
        for name in ("eve", "bob", "ann"):
            users.create(name=name)
        database.session().commit()
        pool = database.current().engine().pool
    form = browser.post(f"{LIST}/bulk", action="export", user="1,2,3").form("/bulk")
    client = app.test_client()
    with client.post(form.address, data=MultiDict(form.sent()), headers=browser.headers) as answer:
        lines = iter(answer.response)
        held = [isinstance(pool, QueuePool) and pool.checkedout() for _ in lines]
    assert held == [0, 0, 0, 0]
