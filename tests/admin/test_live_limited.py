"""The page of who watches now shows whom a rate limit holds up, while there is anybody."""

from __future__ import annotations

from flask import Flask

from flask_iptv.admin import limited
from flask_iptv.rate_limits import DEFAULTS
from tests.clock import Clock

from .browser import Browser

LIST = "/tv/admin/sessions"


def test_an_address_that_guesses_is_shown_and_nobody_else(provider: Flask) -> None:
    browser = Browser(provider)
    assert "to wait" not in browser.open(LIST).text
    for number in range(31):
        place = {"REMOTE_ADDR": "2001:db8::7"}
        provider.test_client().get(f"/tv/my/guess-{number}", environ_overrides=place)
    page = browser.open(LIST)
    assert page.wrong == []
    assert "One address has to wait" in page.text
    assert "2001:db8::/64 unknown tokens" in page.text
    assert "guess-" not in page.text


def test_of_many_the_first_are_shown(provider: Flask) -> None:
    Clock.of(provider)
    limiter = provider.extensions["iptv"].limiter
    for limit in DEFAULTS:
        for number in range(10):
            address = f"192.0.2.{number}"
            while not limiter.count(limit.name, address, address):
                pass
    page = Browser(provider).open(LIST)
    assert page.wrong == []
    assert "50 addresses have to wait" in page.text
    assert page.text.count("192.0.2.") == limited._SHOWN


def test_there_are_words_for_every_limit() -> None:
    assert set(limited._OF) == {limit.name for limit in DEFAULTS}
