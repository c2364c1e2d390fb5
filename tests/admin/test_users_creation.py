"""Creating a user: what the page after it has to send, and two clicks that make one user."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from flask_iptv import database, servers, users
from flask_iptv.models import utcnow
from tests.admin.browser import Browser, Typed

LIST = "/tv/admin/users"
ODD = ("<script>alert(1)<", "\u202eدحمأ", "👩‍🚀 100% {x} %(y)s", "a&b=c?d#e+f", "'\"`")


def created(browser: Browser, **typed: Typed) -> dict[str, str]:
    """Create a user and give the texts of the page after it, by their ids."""
    page = browser.send(browser.open(f"{LIST}/new"), **typed)
    assert browser.status == 200
    assert "Here is what to send to the viewer" in page.text
    assert page.wrong == []
    return {a["id"]: a.get("value", "") for a in page.all("input") if "id" in a}


def message(browser: Browser, address: str) -> str:
    """The letter to the viewer, as it is copied."""
    page = browser.open(address)
    html = page.html.partition('id="iptv-message"')[2].partition(">")[2].partition("</textarea>")[0]
    return html.replace("&amp;", "&").replace("&#39;", "'").strip()


def test_what_to_send_is_there_to_be_copied(provider: Flask, at_provider: Browser) -> None:
    texts = created(
        at_provider, name="ann", max_sessions="2", expires_at="2031-02-03T04:05", key="anns-token"
    )
    assert texts["iptv-own-page"] == "http://localhost/tv/my/anns-token"
    assert texts["iptv-playlist-xspf"].endswith("/playlists/ann.xspf?token=anns-token")
    letter = message(at_provider, f"{LIST}/3/playlists").splitlines()
    for line in (
        "Hello ann,",
        "http://localhost/tv/my/anns-token",
        "http://localhost/tv/playlists/ann.m3u?token=anns-token&output=hls",
        "Devices at once: 2",
        "Valid until: 2031-02-03 04:05 UTC",
    ):
        assert line in letter
    letter = message(at_provider, f"{LIST}/2/playlists").splitlines()
    assert not [line for line in letter if line.startswith(("Devices", "Valid"))]


def test_what_is_sent_works(provider: Flask, at_provider: Browser) -> None:
    texts = created(at_provider, name="ann")
    for id in ("own-page", "playlist-hls", "playlist-mpegts", "playlist-xspf"):
        with provider.test_client().get(texts[f"iptv-{id}"]) as answer:
            assert answer.status_code == 200, id


def test_addresses_have_a_qr_code_unless_they_are_too_long(
    provider: Flask, at_provider: Browser
) -> None:
    created(at_provider, name="ann")
    page = at_provider.open(f"{LIST}/3/playlists")
    codes = [svg["aria-label"] for svg in page.all("svg") if svg.get("class") == "iptv-qr"]
    assert codes == [
        "QR code of the viewer's own page",
        *(f"QR code of the {name} playlist" for name in ("HLS", "MPEG-TS", "XSPF")),
    ]
    created(at_provider, name="ж" * 255)
    page = at_provider.open(f"{LIST}/4/playlists")
    assert page.text.count("This address is too long for a QR code.") == 3


@pytest.mark.parametrize("name", ODD)
def test_no_name_breaks_a_page(provider: Flask, at_provider: Browser, name: str) -> None:
    created(at_provider, name=name)
    ways = ("", "/3", "/3/playlists", "/3/sessions", "/3/links", "/3/token", "/3/delete")
    for way in ways:
        page = at_provider.open(LIST + way)
        assert page.wrong == [], way
        assert name in page.text or name in page.html
        assert "<script>alert" not in page.html
    page = at_provider.post(f"{LIST}/bulk", action="disable", user="3")
    assert page.wrong == []
    assert name in page.text


def test_a_name_of_300_characters_gets_a_message(at_provider: Browser) -> None:
    page = at_provider.send(at_provider.open(f"{LIST}/new"), name="ж" * 300)
    assert at_provider.status == 422
    assert "at most 255 characters" in page.words_of("iptv-name-problem")
    assert page.form().value("name") == "ж" * 300


def test_a_double_click_ends_on_the_page_of_the_one_user(
    provider: Flask, at_provider: Browser
) -> None:
    form = at_provider.open(f"{LIST}/new").form()
    typed: dict[str, Typed] = {
        "name": " ann ",
        "packages": ["1"],
        "max_sessions": "2",
        "expires_at": "2031-02-03T04:05",
        "allowed_networks": "192.0.2.0/24",
        "comment": "two\r\nlines",
    }
    for _ in range(2):
        at_provider.send(form, **typed)
        assert at_provider.status == 200
        assert at_provider.address == f"{LIST}/3/playlists?done=user-created"
    with provider.app_context():
        assert users.page().count == 3
    page = at_provider.send(form, **{**typed, "max_sessions": "3"})
    assert at_provider.status == 422, "another user was wanted"
    assert "Open the user ann" in page.words_of("iptv-name-problem")


def test_the_same_name_a_while_later_is_no_double_click(
    provider: Flask, at_provider: Browser
) -> None:
    form = at_provider.open(f"{LIST}/new").form()
    at_provider.send(form, name="ann")
    with provider.app_context():
        users.by_name("ann").created_at = utcnow() - timedelta(seconds=61)
        database.session().commit()
    page = at_provider.send(form, name="ann")
    assert at_provider.status == 422
    assert page.form().value("name") == "ann"


def test_the_tabs_lead_to_each_other_and_the_switch_stays_on_its_tab(
    provider: Flask, at_provider: Browser
) -> None:
    tabs = {"": "Profile", "/playlists": "Playlists", "/sessions": "Sessions",
            "/links": "Signed links"}  # fmt: skip
    for way, words in tabs.items():
        page = at_provider.open(f"{LIST}/1{way}")
        assert {(f"{LIST}/1{to}", other) for to, other in tabs.items()} <= set(page.links)
        current = [a["href"] for a in page.all("a") if a.get("aria-current") == "page"]
        assert current == [f"{LIST}/1{way}"], words
        at_provider.send(page.form("1/enabled"))
        assert at_provider.address.startswith(f"{LIST}/1{way}?done=user-")
    at_provider.post(f"{LIST}/1/enabled?tab=.admin_servers", enabled="1")
    assert at_provider.address.startswith(f"{LIST}/1?"), "no other page"


def test_a_link_is_signed_on_the_page_of_a_user(provider: Flask, at_provider: Browser) -> None:
    page = at_provider.send(at_provider.open(f"{LIST}/1/links"), channel="gone")
    assert at_provider.status == 422
    assert "There is no channel 'gone'." in page.words_of("iptv-channel-problem")
    with provider.app_context():
        servers.update(servers.get("main"), securetoken_keys=["secret"])
        database.session().commit()
    page = at_provider.send(page, channel="ort", ip="192.0.2.7")
    assert page.by_id("iptv-link")["value"].startswith(
        "https://media.example/ort/index.m3u8?token="
    )
    assert "only from 192.0.2.7" in page.text


def test_each_tab_of_a_user_has_a_title_of_its_own(at_provider: Browser) -> None:
    titles = {"": "bob", "/playlists": "Playlists of bob", "/sessions": "Sessions of bob",
              "/links": "Signed links of bob"}  # fmt: skip
    for way, title in titles.items():
        assert f"<title>{title} " in at_provider.open(f"{LIST}/1{way}").html


def test_an_empty_form_waits_for_the_name(at_provider: Browser) -> None:
    page = at_provider.open(f"{LIST}/new")
    assert "autofocus" in page.by_id("iptv-name")
    page = at_provider.send(page, name="ann", max_sessions="many")
    assert "autofocus" not in page.by_id("iptv-name")
    assert "autofocus" in page.by_id("iptv-max_sessions")
    assert "autofocus" not in at_provider.open(f"{LIST}/1").by_id("iptv-name")
