"""The example site lets in whom it should, and shows the IPTV pages in its own clothes."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from example_app.accounts import by_name
from tests.example_app.conftest import Harbour


def admin_pages(app: Flask) -> list[str]:
    """Give an address of each kind of admin page."""
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("iptv.admin_")]
    assert len(rules) > 12
    paths = (str(rule) for rule in rules if "GET" in (rule.methods or ()))
    return [re.sub("<int:[^>]+>", "1", path) for path in paths]


def test_the_front_page_tells_everybody_what_is_on(harbour: Harbour) -> None:
    page = harbour.browser().open("/")
    assert page.status == 200
    assert "Television from our own quay" in page.text
    order = ["Harbour One", "Tide and Weather", "Quayside News", "Regatta Live", "Puffin Club"]
    places = [page.text.index(title) for title in order]
    assert places == sorted(places)


@pytest.mark.parametrize(("name", "password"), [("admin", "wrong"), ("nobody", "x"), ("", "")])
def test_a_wrong_password_is_refused(harbour: Harbour, name: str, password: str) -> None:
    browser = harbour.browser()
    page = browser.log_in(name, password)
    assert page.status == 403
    assert "There is no account with this name and password." in page.text
    assert browser.open("/my-tv").path == "/login"


@pytest.mark.parametrize("path", ["/tv/admin/", "/tv/admin/users/1"])
def test_a_stranger_is_asked_to_log_in_and_then_sees_the_page(harbour: Harbour, path: str) -> None:
    browser = harbour.browser()
    asked = browser.open(path)
    assert asked.path == "/login"
    page = browser.send(asked, name="admin", password=harbour.password)
    assert (page.path, page.status) == (path, 200)


def test_no_iptv_page_is_shown_to_strangers_or_members(harbour: Harbour) -> None:
    stranger, member = harbour.browser(), harbour.member()
    for path in admin_pages(harbour.app):
        assert stranger.open(path).path == "/login", path
        page = member.open(path)
        assert page.status == 403, path
        assert "Only the club&#39;s staff may open this page." in page.text, path


def test_every_iptv_page_wears_the_clothes_of_the_site(harbour: Harbour) -> None:
    staff = harbour.staff()
    for path in admin_pages(harbour.app):
        page = staff.open(path)
        assert '<header class="harbour-header"' in page.text, path
        assert re.search(r"<title>.+ · Harbour TV</title>", page.text), path
        assert 'class="iptv"' in page.text, path
        assert page.text.count("<html") == 1, path


def test_no_cache_keeps_a_page_of_one_visitor(harbour: Harbour) -> None:
    harbour.member()
    visitor = harbour.app.test_client()
    with harbour.app.app_context():
        member = by_name("nora")
        assert member is not None
        login_key = member.login_key
    for logged_in in (False, True):
        for path in ("/", "/login", "/join", "/my-tv", "/nowhere"):
            page = visitor.get(path)
            assert page.headers["Cache-Control"] == "no-store", path
        assert (page.status_code, "Log out nora" in page.text) == (404, logged_in)
        with visitor.session_transaction() as session:
            session.update(_user_id=login_key, _fresh=True)
    with visitor.get("/static/harbour.css") as style:
        assert not style.cache_control.no_store


@pytest.mark.parametrize("path", ["/", "/login", "/join", "/my-tv", "/nowhere", "/tv/admin/users"])
def test_pages_bring_all_they_need_and_run_no_script_of_their_own(
    harbour: Harbour, path: str
) -> None:
    text = harbour.staff().open(path).text
    fetched = re.findall(r'<(?:link|script|img|iframe)[^>]*(?:href|src)="([^"]*)"', text)
    assert "/static/harbour.css" in fetched
    assert [address for address in fetched if not address.startswith("/")] == []
    assert re.findall(r"<script(?![^>]*\ssrc=)|\son[a-z]+=|\sstyle=", text) == []


def test_the_iptv_pages_are_in_the_language_of_the_browser(harbour: Harbour) -> None:
    client = harbour.app.test_client()
    for accepted, spoken in (
        ("ru-RU,ru;q=0.9,en;q=0.8", "ru"), ("en-GB,ru;q=0.5", "en"), ("fr", "en"), ("", "en"),
    ):  # fmt: skip
        page = client.get("/tv/my/nobodys-token", headers={"Accept-Language": accepted})
        assert f'<div class="iptv" lang="{spoken}">' in page.text
        assert f'<html lang="{spoken}">' in page.text
        assert '<header class="harbour-header" lang="en">' in page.text, "the site's own words"
    assert '<html lang="en">' in client.get("/", headers={"Accept-Language": "ru"}).text


def test_the_way_after_the_login_is_not_for_others_to_choose(harbour: Harbour) -> None:
    browser = harbour.browser()
    asked = browser.open("/login?next=https://elsewhere.example/")
    page = browser.send(asked, name="admin", password=harbour.password)
    assert page.url == f"{harbour.url}/tv/admin/"


def test_who_logs_out_is_a_stranger_again(harbour: Harbour) -> None:
    browser = harbour.staff()
    page = browser.send(browser.open("/"), "/logout")
    assert page.path == "/"
    assert browser.open("/tv/admin/").path == "/login"


@pytest.mark.parametrize("path", ["/login", "/join", "/logout", "/tv/admin/users/new"])
def test_a_form_without_the_sites_token_changes_nothing(harbour: Harbour, path: str) -> None:
    browser = harbour.staff()
    values = {"name": "intruder", "password": "long enough"}
    page = browser.post(path, values)
    assert page.status == 400
    assert "CSRF token is missing" in page.text
    assert "intruder" not in browser.open("/tv/admin/users").text


def test_the_iptv_forms_bring_the_sites_token(harbour: Harbour) -> None:
    browser = harbour.staff()
    page = browser.send(browser.open("/tv/admin/users/new"), name="harbour-master")
    assert page.status == 200
    assert "harbour-master" in browser.open("/tv/admin/users").text


def test_media_servers_and_scripts_need_no_token_of_the_site(harbour: Harbour) -> None:
    client = harbour.app.test_client()
    question = {"name": "harbour", "ip": "127.0.0.1", "token": "wrong"}
    bearer = {"Authorization": f"Bearer {harbour.app.config['IPTV_AUTH_SECRET']}"}
    answer = client.post("/tv/auth", data=question, headers=bearer)
    assert (answer.status_code, answer.text) == (403, "unknown_token")
    login = ("admin", harbour.password)
    created = client.post("/tv/api/users", json={"name": "script"}, auth=login)
    assert created.status_code == 201


@pytest.mark.parametrize("path", ["/nowhere", "/tv/nowhere"])
def test_what_is_not_there_is_said_in_the_sites_clothes(harbour: Harbour, path: str) -> None:
    page = harbour.browser().open(path)
    assert page.status == 404
    assert "Back to the front page" in page.text
