"""The page that makes signed links."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from flask_iptv import channels, database
from flask_iptv.models import utcnow

from .browser import Browser

PAGE = "/tv/admin/links"


@pytest.fixture
def signer(provider: Flask, make_app: Callable[..., Flask]) -> Flask:
    """The provider in an app that has a signing key."""
    return make_app(IPTV_SECURETOKEN_KEYS="a key")


@pytest.mark.parametrize(
    ("output", "path"), [("hls", "/sport/espn%20hd/index.m3u8?"), ("mpegts", "/mpegts?")]
)
def test_a_link_is_made_and_plays(signer: Flask, output: str, path: str) -> None:
    browser = Browser(signer)
    page = browser.open(PAGE)
    assert page.form().value("lifetime") == "10800"
    names = [option["value"] for option in page.all("option") if "espn" in option["value"]]
    assert names == ["sport/espn hd"]
    page = browser.send(page, channel=names[0], lifetime="86400", output=output)
    assert browser.status == 200
    url = page.by_id("iptv-link")["value"]
    assert url.startswith("https://media.example/")
    assert path in url
    ends = utcnow() + timedelta(days=1)
    assert f"{ends:%Y-%m-%d}" in page.text
    assert "from anywhere" in page.text
    token = url.partition("token=")[2]
    question = {"name": "sport/espn hd", "ip": "203.0.113.9", "token": token}
    assert signer.test_client().get("/tv/auth", query_string=question).status_code == 200


def test_a_link_can_be_for_one_address(signer: Flask) -> None:
    browser = Browser(signer)
    page = browser.send(browser.open(PAGE), channel="ort", ip=" 203.0.113.9 ")
    assert "only from 203.0.113.9" in page.text
    token = page.by_id("iptv-link")["value"].partition("token=")[2]
    for address, status in {"203.0.113.9": 200, "203.0.113.8": 403}.items():
        question = {"name": "ort", "ip": address, "token": token}
        answer = signer.test_client().get("/tv/auth", query_string=question)
        assert answer.status_code == status


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("channel", "", "Is required."),
        ("channel", "nope", "There is no channel 'nope'."),
        ("channel", "a//b", "Must be the stream's name on its server"),
        ("channel", "lonely", "has no server"),
        ("ip", "localhost", "Must be an address such as"),
        ("lifetime", "0", "be at least 1"),
        ("lifetime", "forever", "whole number"),
        ("lifetime", "9" * 400, "ust be"),
        ("output", "dash", "'hls' or 'mpegts'"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(
    signer: Flask, field: str, value: str, words: str
) -> None:
    with signer.app_context():
        channels.create(name="lonely")
        database.session().commit()
    browser = Browser(signer)
    typed = {"channel": "ort", field: value}
    page = browser.send(browser.open(PAGE), **typed)
    assert browser.status == 422
    assert page.wrong == []
    assert words in page.words_of(f"iptv-{field}-problem")
    assert "The link is ready" not in page.text
    if field != "output":
        assert page.form().value(field) == value


def test_without_a_key_it_says_which_to_set(at_provider: Browser) -> None:
    page = at_provider.send(at_provider.open(PAGE), channel="ort")
    assert at_provider.status == 422
    assert "IPTV_SECURETOKEN_KEYS" in page.words_of("iptv-channel-problem")


@pytest.mark.parametrize("address", [PAGE, "/tv/admin/users/1/links"])
def test_a_channel_is_known_by_its_title_too(signer: Flask, address: str) -> None:
    with signer.app_context():
        channels.create(name="первый", title="Первый КАНАЛ", server="main")
        database.session().commit()
    browser = Browser(signer)
    page = browser.send(browser.open(address), channel=" первый канал ")
    assert "It plays первый until" in page.text
    assert page.form().value("channel") == "первый"
    page = browser.send(page, channel="espn")
    assert browser.status == 422
    assert page.words_of("iptv-channel-problem") == (
        "There is no channel 'espn'; did you mean sport/espn hd (ESPN HD)?"
    )
    page = browser.send(page, channel="%")
    assert page.words_of("iptv-channel-problem") == "There is no channel '%'."


def test_a_name_goes_before_a_title(signer: Flask) -> None:
    with signer.app_context():
        channels.create(name="harbour", title="ort", server="main")
        database.session().commit()
    browser = Browser(signer)
    assert "It plays ort until" in browser.send(browser.open(PAGE), channel="ort").text
