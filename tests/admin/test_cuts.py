"""The page of viewers who were cut: to each what the media server said."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Flask

from flask_iptv import database
from flask_iptv.models import Cut, Session, utcnow

from .browser import Browser

LIST = "/tv/admin/cuts"


def add(app: Flask, **fields: Any) -> None:
    with app.app_context():
        given = {"stream": "ort", "server_id": 1} | {
            "user_id": 1,
            "channel_id": 1,
            "asked_at": utcnow(),
            "address": "192.0.2.7",
        }
        database.session().add(Cut(**given | fields))
        database.session().commit()


def test_an_empty_list_says_what_it_is_for(browser: Browser) -> None:
    page = browser.open(LIST)
    assert "Nobody was cut lately" in page.text
    assert "the media server is told to end the stream at once" in page.text
    assert page.wrong == []


def test_every_state_is_told_in_words(provider: Flask) -> None:
    soon = utcnow() + timedelta(minutes=5, seconds=30)
    add(provider, done=True, attempts=1, outcome="cut")
    add(provider, attempts=0, due_at=utcnow())
    add(provider, attempts=2, due_at=soon, outcome="nobody listens at <x>:8080")
    add(provider, attempts=1, outcome="the server main has no address of its API")
    add(
        provider,
        user_id=None,
        channel_id=99,
        stream=None,
        server_id=None,
        done=True,
        attempts=1,
        outcome="had left already",
    )
    page = Browser(provider).open(LIST)
    assert page.wrong == []
    assert "5 viewers" in page.text
    when = "UTC"
    for words in (
        f"{when} Done cut",
        f"{when} Waiting",
        f"{when} Trying again in 5 min nobody listens at <x>:8080",
        f"{when} Not told the server main has no address of its API",
        "Signed link or deleted 192.0.2.7 Deleted None",
        "bob 192.0.2.7 ort main",
    ):
        assert words in page.text, words
    assert page.text.index("had left already") < page.text.index("Done cut"), "the last is first"


def test_a_cut_leads_to_what_becomes_of_it(provider: Flask) -> None:
    with provider.app_context():
        now = utcnow()
        lasting = {"opened_at": now, "seen_at": now, "expires_at": now + timedelta(minutes=3)}
        database.session().add(Session(device="1", user_id=1, channel_id=1, **lasting))
        database.session().commit()
    browser = Browser(provider)
    before = browser.open("/tv/admin/sessions")
    assert "is being told" not in before.text
    assert before.link("Cut lately") == LIST
    page = browser.send(before.form("1/cut"))
    assert "bob on ORT was cut" in page.text
    page = browser.open(page.link("See what it says"))
    assert "bob" in page.text


def test_the_list_is_paged(provider: Flask) -> None:
    with provider.app_context():
        for _ in range(60):
            database.session().add(Cut(channel_id=1, asked_at=utcnow(), done=True))
        database.session().commit()
    browser = Browser(provider)
    second = browser.open(browser.open(LIST).link("Next page"))
    assert second.html.count('id="cut-') == 10
