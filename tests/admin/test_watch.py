"""The page on which a channel is watched: a link for the administrator, or why there is none."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from flask_iptv import channels, database, servers

from .browser import Browser

PAGE = "/tv/admin/channels/1/watch"


@pytest.fixture
def with_keys(provider: Flask) -> Browser:
    """A browser at the small provider, whose server can sign links."""
    change(provider, securetoken_keys=["mysecretkey"])
    return Browser(provider)


def change(app: Flask, **fields: Any) -> None:
    """Change the server."""
    with app.app_context():
        servers.update(servers.get("main"), **fields)
        database.session().commit()


def screen(browser: Browser, address: str = PAGE) -> dict[str, str]:
    """The player of the page."""
    page = browser.open(address)
    assert browser.status == 200
    assert page.wrong == []
    (found,) = [one for one in page.all("div") if "data-iptv-watch" in one]
    return found


def test_the_player_gets_a_signed_link_for_either_output(with_keys: Browser) -> None:
    for query, output, file, library in (
        ("", "hls", "index.m3u8", "hls.min.js"),
        ("?output=mpegts", "mpegts", "mpegts", "mpegts.js"),
        ("?output=rtsp", "hls", "index.m3u8", "hls.min.js"),
    ):
        found = screen(with_keys, PAGE + query)
        assert found["data-iptv-output"] == output
        assert found["data-iptv-watch"].startswith(f"https://media.example/ort/{file}?token=")
        sources = [one.get("src", "") for one in with_keys.open(PAGE + query).all("script")]
        assert sum("vendor" in source for source in sources) == 1
        assert any(source.endswith(library) for source in sources)


def test_the_link_is_good_for_a_quarter_of_an_hour_from_anywhere(
    provider: Flask, with_keys: Browser
) -> None:
    token = screen(with_keys)["data-iptv-watch"].partition("token=")[2]
    _, _, end, begin = token.rsplit("-", 3)
    assert int(end) - int(begin) == 900 + 300
    asked = {"name": "ort", "token": token, "ip": "203.0.113.9"}
    answer = provider.test_client().get("/tv/auth", query_string=asked)
    assert answer.status_code == 200


def test_this_page_may_ask_the_media_server_and_no_other(with_keys: Browser) -> None:
    with_keys.open(PAGE)
    policy = with_keys.answer_headers["Content-Security-Policy"]
    assert "connect-src 'self' https://media.example;" in policy
    assert "media-src 'self' blob: https://media.example" in policy
    assert "script-src 'self';" in policy
    with_keys.open("/tv/admin/channels")
    assert "media.example" not in with_keys.answer_headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://медиа.example:8080", "http://xn--80ahcnr.example:8080"),
        ("https://MEDIA.example:443", "https://media.example:443"),
        ("https://[2001:db8::1]:8080", "https://[2001:db8::1]:8080"),
    ],
)
def test_the_policy_names_a_server_as_headers_can(
    provider: Flask, with_keys: Browser, url: str, said: str
) -> None:
    change(provider, url=url)
    screen(with_keys)
    policy = with_keys.answer_headers["Content-Security-Policy"]
    assert f"connect-src 'self' {said};" in policy
    assert policy.isascii()


@pytest.mark.parametrize(
    "url",
    [
        "https://media.example;script-src",
        "https://media.example,x",
        "https://a..example/",
        "https://é" + "x" * 70 + ".example",
    ],
)
def test_a_server_that_is_there_already_can_not_end_the_policy(
    provider: Flask, with_keys: Browser, url: str
) -> None:
    with provider.app_context():
        servers.get("main").url = url
        database.session().commit()
    with_keys.open(PAGE)
    assert with_keys.status == 200
    policy = with_keys.answer_headers["Content-Security-Policy"]
    assert "example" not in policy
    assert policy.count("script-src") == 1


def test_without_a_key_the_field_and_the_setting_are_named(at_provider: Browser) -> None:
    page = at_provider.open(PAGE)
    assert "Enter one in Keys of signed links (securetoken_keys) of the server main" in page.text
    address, _, field = page.link("Keys of signed links").partition("#")
    assert at_provider.open(address).by_id(field)["name"] == "securetoken_keys"
    assert not [one for one in page.all("script") if "vendor" in one.get("src", "")]


def test_a_channel_without_a_server_has_nothing_to_play(
    provider: Flask, at_provider: Browser
) -> None:
    with provider.app_context():
        channels.update(channels.get("ort"), server=None)
        database.session().commit()
    page = at_provider.open(PAGE)
    assert "This channel has no media server" in page.text
    assert page.link("Give it one") == "/tv/admin/channels/1"


def test_a_disabled_channel_is_enabled_and_watched(provider: Flask, with_keys: Browser) -> None:
    with provider.app_context():
        channels.update(channels.get("ort"), enabled=False)
        database.session().commit()
    page = with_keys.open(f"{PAGE}?output=mpegts")
    assert "This channel is disabled" in page.text
    assert "data-iptv-watch" not in page.html
    page = with_keys.send(page.form("1/enabled"))
    assert "The channel was enabled." in page.text
    assert with_keys.address.startswith(PAGE)
    assert 'data-iptv-output="mpegts"' in page.html


def test_lists_and_the_page_of_a_channel_lead_here(at_provider: Browser) -> None:
    assert at_provider.open("/tv/admin/channels/1").link("Watch") == PAGE
    assert PAGE in at_provider.open("/tv/admin/channels").addresses()
    at_provider.open("/tv/admin/channels/99/watch")
    assert at_provider.status == 404


@pytest.mark.parametrize("title", ["<script>alert(1)</script>", "قناة الجزيرة", "🎬" * 255])
def test_a_title_of_any_kind_breaks_nothing(
    provider: Flask, with_keys: Browser, title: str
) -> None:
    with provider.app_context():
        channels.update(channels.get("ort"), title=title)
        database.session().commit()
    screen(with_keys)
    assert title in with_keys.open(PAGE).text
