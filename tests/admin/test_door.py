"""Who may enter the admin pages, and how errors read."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask, Response, abort, redirect
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.exc import IntegrityError
from werkzeug.exceptions import HTTPException

from flask_iptv import IPTV, database, signals, users
from flask_iptv.errors import Conflict, InvalidInput, Problem
from flask_iptv.phrases import Phrase
from tests.conftest import PASSWORD, PASSWORD_HASH

from .browser import Browser
from .test_pages import pages


def test_nobody_enters_without_the_login(provider: Flask) -> None:
    # Whoever tries so many pages would soon be held back for that.
    provider.config["IPTV_RATE_LIMITS"] = {"login_address": None, "login_name": None}
    for login in (None, ("admin", "wrong"), ("root", PASSWORD)):
        browser = Browser(provider, login)
        for address in pages(provider, "/tv"):
            page = browser.open(address)
            assert browser.status == 401, address
            assert browser.answer_headers["WWW-Authenticate"].startswith("Basic ")
            assert "bob" not in page.text
            assert page.links == []
            assert page.wrong == []
        browser.post("/tv/admin/users/1/delete")
        assert browser.status == 401
    with provider.app_context():
        assert users.get(1).name == "bob"


def test_the_pages_are_closed_until_a_password_is_set(make_app: Callable[..., Flask]) -> None:
    browser = Browser(make_app(IPTV_ADMIN_PASSWORD_HASH=None))
    page = browser.open("/tv/admin/users")
    assert browser.status == 403
    assert "IPTV_ADMIN_PASSWORD_HASH" in page.text
    assert page.wrong == []
    browser.post("/tv/admin/users/new", name="x")
    assert browser.status == 403


def test_a_hosts_own_login_is_asked_instead(make_app: Callable[..., Flask]) -> None:
    def only_staff(view: Callable[..., object]) -> Callable[..., object]:
        def guarded(**values: object) -> object:
            return view(**values) if staff else redirect("/login")

        return guarded

    staff: list[str] = []
    app = make_app(iptv={"admin_decorators": [only_staff]}, IPTV_ADMIN_PASSWORD_HASH=None)
    app.add_url_rule("/login", "login", lambda: "<p>Who are you?</p>")
    browser = Browser(app, login=None)
    assert "Who are you?" in browser.open("/tv/admin/users/new").text
    staff.append("me")
    browser.send(browser.open("/tv/admin/users/new"), name="bob")
    assert browser.address == "/tv/admin/users/1/playlists?done=user-created"


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
    ],
)
def test_what_another_site_posts_is_refused(provider: Flask, headers: dict[str, str]) -> None:
    browser = Browser(provider)
    form = browser.open("/tv/admin/users/1/delete").form()
    browser.headers |= headers
    browser.send(form)
    assert browser.status == 403
    assert browser.open("/tv/admin/users/1/playlists").link("New token…"), "reading is no harm"
    browser.headers |= {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"}
    browser.send(form)
    assert browser.status == 200


def test_pages_are_kept_nowhere_and_framed_by_nobody(browser: Browser) -> None:
    browser.open("/tv/admin/users")
    assert browser.answer_headers["Cache-Control"] == "no-store"
    assert browser.answer_headers["X-Frame-Options"] == "SAMEORIGIN"
    assert browser.answer_headers["Referrer-Policy"] == "same-origin"


def test_without_tables_a_page_says_what_to_type(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    app = Flask("host", instance_path=str(tmp_path))
    app.config.update(
        TESTING=True,
        SQLALCHEMY_DATABASE_URI=f"sqlite:///{tmp_path / 'bare.sqlite'}",
        IPTV_ADMIN_PASSWORD_HASH=PASSWORD_HASH,
    )
    db = SQLAlchemy(app)
    app.register_blueprint(IPTV(), url_prefix="/tv")
    browser = Browser(app)
    with caplog.at_level(logging.ERROR, "flask_iptv.admin"):
        for address in ("", "users", "channels/1", "packages", "sessions", "links"):
            page = browser.open(f"/tv/admin/{address}")
            assert browser.status == 503
            assert "flask iptv upgrade" in page.text
            assert page.wrong == []
        browser.post("/tv/admin/users/new", name="x")
        assert browser.status == 503
    assert "no such table" in caplog.text
    assert "SELECT" not in caplog.text, "a statement may hold tokens"
    with app.app_context():
        database.upgrade_schema()
    browser.send(browser.open("/tv/admin/users/new"), name="x")
    assert browser.status == 200
    with app.app_context():
        db.engine.dispose()


def test_a_form_that_the_host_finds_too_large_is_no_crash(
    make_app: Callable[..., Flask],
) -> None:
    browser = Browser(make_app(MAX_CONTENT_LENGTH=100))
    page = browser.post("/tv/admin/users/new", name="x" * 200)
    assert browser.status == 413
    assert page.wrong == []


def test_a_host_that_forbids_a_change_is_heard_and_nothing_is_kept(provider: Flask) -> None:
    def veto(sender: Flask, **facts: object) -> None:
        abort(403, "Not before the bill is paid.")

    @provider.after_request
    def commit(response: Response) -> Response:
        database.session().commit()
        return response

    browser = Browser(provider)
    form = browser.open("/tv/admin/users/new").form()
    with signals.user_created.connected_to(veto, sender=provider):
        page = browser.send(form, name="new")
    assert browser.status == 403
    assert "Not before the bill is paid." in page.text
    assert page.wrong == []
    assert "2 users" in browser.open("/tv/admin/users").text


def test_what_a_host_finds_wrong_is_said_in_the_form(provider: Flask) -> None:
    def refuse(sender: Flask, **facts: object) -> None:
        raise InvalidInput([Problem("email", None, "has no bill"), Problem("", None, "pay first")])

    browser = Browser(provider)
    form = browser.open("/tv/admin/users/new").form()
    with signals.user_created.connected_to(refuse, sender=provider):
        page = browser.send(form, name="new", email="")
    assert browser.status == 422
    assert page.words_of("iptv-email-problem") == "Has no bill."
    assert "Pay first." in page.text
    assert "Open the user" not in page.text
    assert "2 users" in browser.open("/tv/admin/users").text


def test_a_host_that_sends_the_browser_elsewhere_is_obeyed(provider: Flask) -> None:
    provider.add_url_rule("/bill", "bill", lambda: "<p>The bill</p>")
    browser = Browser(provider)
    form = browser.open("/tv/admin/users/1/token").form()

    def bill(sender: Flask, **facts: object) -> None:
        abort(redirect("/bill"))

    with signals.user_key_rotated.connected_to(bill, sender=provider):
        assert browser.send(form).text == "The bill"
    with provider.app_context():
        assert users.get(1).key == "bobs-token"


def test_what_is_changed_while_a_form_waits_is_no_crash(provider: Flask) -> None:
    first, second = Browser(provider), Browser(provider)
    waiting = first.open("/tv/admin/users/1").form()
    second.send(second.open("/tv/admin/users/1/delete"))
    page = first.send(waiting, comment="too late")
    assert first.status == 404
    assert "It may have been deleted a moment ago." in page.text


def test_a_row_that_goes_in_the_middle_of_a_change_is_no_crash(provider: Flask) -> None:
    browser = Browser(provider)
    form = browser.open("/tv/admin/users/1").form()

    def pull_away(sender: Flask, **facts: object) -> None:
        connection = database.current().connection()
        connection.exec_driver_sql("DELETE FROM iptv_user_packages")
        connection.exec_driver_sql("DELETE FROM iptv_users")
        users.update(users.get(1), comment="gone")

    with signals.user_updated.connected_to(pull_away, sender=provider):
        page = browser.send(form, comment="x")
    assert browser.status == 409
    assert "Nothing was saved" in page.text
    assert "2 users" in browser.open("/tv/admin/users").text


def test_the_hosts_error_handlers_stay_its_own(provider: Flask) -> None:
    @provider.errorhandler(404)
    def missing(error: HTTPException) -> tuple[str, int]:
        return "<p>The host's page</p>", 404

    browser = Browser(provider)
    assert "The host's page" in browser.open("/elsewhere").text
    assert "The host's page" in browser.open("/tv/admin/nothing-here").text
    assert "There is no user 99" in browser.open("/tv/admin/users/99").text


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (
            Conflict([Problem("", None, Phrase("%(field)s is gone", field="the server"))]),
            "The server is gone.",
        ),
        (IntegrityError("INSERT", {"key": "secret"}, Exception("key secret")), "Nothing was saved"),
    ],
)
def test_what_somebody_else_did_at_the_same_moment_is_too_late(
    provider: Flask, at_provider: Browser, error: Exception, words: str
) -> None:
    def fail(sender: object, **facts: object) -> None:
        raise error

    question = at_provider.open("/tv/admin/users/1/delete")
    with signals.user_deleted.connected_to(fail, provider):
        page = at_provider.send(question)
    assert at_provider.status == 409
    assert "Too late" in page.text
    assert words in page.text
    assert "secret" not in page.html
    with provider.app_context():
        assert users.get(1).name == "bob"


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("users/99", "Users"),
        ("channels/99", "Channels"),
        ("packages/99", "Packages"),
        ("servers/99", "Servers"),
    ],
)
def test_what_is_not_there_leads_to_the_others_of_its_kind(
    at_provider: Browser, address: str, words: str
) -> None:
    page = at_provider.open(f"/tv/admin/{address}")
    assert at_provider.status == 404
    there = f"/tv/admin/{address.partition('/')[0]}"
    assert page.links.count((there, words)) == 2, "in the navigation and below the words"
