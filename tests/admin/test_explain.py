"""The page that tells whether somebody may watch: each rule, and never a token."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone

from flask import Flask

from flask_iptv import channels, database, users
from tests.conftest import furnish

from .browser import Browser

PAGE = "/tv/admin/explain"


def test_it_is_found_from_every_page_and_from_a_user(at_provider: Browser) -> None:
    assert at_provider.open("/tv/admin/").link("Explain") == PAGE
    page = at_provider.open(at_provider.open("/tv/admin/users/1/sessions").link("Why refused?"))
    assert page.form().value("user") == "bob"


def test_a_user_is_explained_rule_by_rule(at_provider: Browser) -> None:
    page = at_provider.open(f"{PAGE}?user=bob&channel=sport/espn+hd")
    page = at_provider.send(page, ip="192.0.2.1")
    assert at_provider.status == 200
    assert page.wrong == []
    assert "Refused: Channel is in no package of the user not_in_package" in page.text
    assert "bob on sport/espn hd from 192.0.2.1" in page.text
    assert "Token passed the token is bob's" in page.text
    assert "Packages refused sport/espn hd is in none of bob's packages" in page.text
    page = at_provider.send(page, channel="ort")
    assert "Allowed" in page.text
    assert page.form().value("ip") == "192.0.2.1"


def test_a_token_is_looked_up_and_shown_nowhere(at_provider: Browser) -> None:
    page = at_provider.send(at_provider.open(PAGE), token="eves-token", channel="ort")
    assert "the token is eve's" in page.text
    assert "eves-token" not in page.html
    assert "token" not in at_provider.address
    page = at_provider.send(page, token="geheim", channel="ort")
    assert "Refused: Token of nobody unknown_token" in page.text
    page = at_provider.send(page, token="geheim", channel="")
    assert at_provider.status == 422
    assert "geheim" not in page.html


def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(
    at_provider: Browser,
) -> None:
    form = at_provider.open(PAGE)
    page = at_provider.send(form, user="nobody", channel="ort", ip="192.0.2.1")
    assert at_provider.status == 422
    assert "There is no user 'nobody'." in page.text
    assert page.form().value("ip") == "192.0.2.1"
    page = at_provider.send(form, user="bob", channel="ort", ip="here")
    assert page.by_id("iptv-ip")["aria-invalid"] == "true"
    page = at_provider.send(form, channel="ort")
    assert "User or token must be given, and not both of them." in page.text
    assert page.wrong == []


def test_nothing_typed_is_html(provider: Flask, at_provider: Browser) -> None:
    with provider.app_context():
        users.update(users.by_name("eve"), name="<b>eve", enabled=False)
        database.session().commit()
    page = at_provider.send(at_provider.open(PAGE), user="<b>eve", channel="<i>x")
    assert "<b>eve is disabled" in page.text
    assert page.wrong == []


def test_backends_are_offered_only_where_there_are_some(
    make_app: Callable[..., Flask], at_provider: Browser
) -> None:
    assert "Ask the other backends" not in at_provider.open(PAGE).text
    app = make_app(IPTV_UPSTREAM_AUTH=["http://127.0.0.1:1/auth"], IPTV_SESSION_STORE="sql:")
    with app.app_context():
        if not users.page().count:
            furnish()
            database.session().commit()
    browser = Browser(app)
    page = browser.send(browser.open(PAGE), token="geheim", channel="ort")
    assert "so the upstream backends would be asked" in page.text
    page = browser.send(page, token="geheim", channel="ort", ask_upstream="1")
    assert browser.status == 422
    assert "does not answer" in page.text or "do not answer" in page.text
    assert page.form().ticked("ask_upstream") == ["1"]


def test_times_are_those_of_the_readers_clock(provider: Flask, at_provider: Browser) -> None:
    with provider.app_context():
        ends = datetime(2020, 1, 31, 18, 30, 5, tzinfo=timezone.utc)
        users.update(users.by_name("eve"), expires_at=ends)
        database.session().commit()
    page = at_provider.send(at_provider.open(PAGE), user="eve", channel="ort")
    assert "eve's access ended on 2020-01-31 18:30 UTC" in page.text
    assert {"datetime": "2020-01-31T18:30:05Z"} in page.all("time")


def test_a_channel_is_known_by_its_title_too(provider: Flask, at_provider: Browser) -> None:
    page = at_provider.send(at_provider.open(PAGE), user="eve", channel="espn hd")
    assert "Allowed" in page.text
    assert page.form().value("channel") == "sport/espn hd"
    page = at_provider.send(page, channel="espn")
    assert "Refused: No such channel channel_unknown" in page.text
    assert "Did you mean sport/espn hd (ESPN HD)?" in page.text
    with provider.app_context():
        channels.create(name="another", title="Espn HD")
        database.session().commit()
    page = at_provider.send(page, channel="ESPN HD")
    assert "Did you mean another (Espn HD), sport/espn hd (ESPN HD)?" in page.text
