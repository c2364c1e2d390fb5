"""The pages of servers: list, create, change, delete unless a channel needs it."""

from __future__ import annotations

from flask import Flask

from flask_iptv import channels, database, servers
from flask_iptv.models import Server
from flask_iptv.stream_urls import HLS_TEMPLATE, MPEGTS_TEMPLATE

from .browser import Browser

LIST = "/tv/admin/servers"


def stored(app: Flask, name: str) -> Server:
    """Read a server as the database has it."""
    with app.app_context():
        return servers.get(name)


def test_the_list_shows_channels_keys_and_where_to_ask(
    provider: Flask, at_provider: Browser
) -> None:
    with provider.app_context():
        servers.create(name="edge", title="Edge", url="https://e.example", securetoken_keys=["k"])
        database.session().commit()
    page = at_provider.open(LIST)
    assert "https://e.example 0 Own key" in page.text
    assert "main https://media.example 2 No key" in page.text
    assert page.by_id("iptv-auth")["value"] == "http://localhost/tv/auth"
    channels_of_main = at_provider.open(page.link("2"))
    assert at_provider.address.endswith("?server=main")
    assert "2 channels" in channels_of_main.text


def test_a_server_is_created_with_the_usual_addresses(app: Flask, browser: Browser) -> None:
    page = browser.open(f"{LIST}/new")
    page = browser.send(page, name="main", url="https://media.example/tv/")
    assert "The server was created." in page.text
    server = stored(app, "main")
    assert (server.title, server.url) == ("main", "https://media.example/tv")
    assert (server.hls_template, server.mpegts_template) == (HLS_TEMPLATE, MPEGTS_TEMPLATE)
    assert server.securetoken_keys == []


def test_a_server_is_changed(provider: Flask, at_provider: Browser) -> None:
    page = at_provider.send(
        at_provider.open(at_provider.open(f"{LIST}/1").link("Set keys of its own")),
        title="Main one",
        hls_template="{base}/live/{name}.m3u8",
        mpegts_template="",
        securetoken_keys="first\r\n\r\n second \r\n",
    )
    page = at_provider.open(page.link("See or change the keys"))
    assert page.form().value("securetoken_keys") == "first\nsecond"
    server = stored(provider, "main")
    assert (server.title, server.hls_template) == ("Main one", "{base}/live/{name}.m3u8")
    assert server.mpegts_template == MPEGTS_TEMPLATE
    assert server.securetoken_keys == ["first", "second"]


def test_a_server_with_channels_is_kept_kindly(provider: Flask, at_provider: Browser) -> None:
    page = at_provider.open(f"{LIST}/1/delete")
    assert "2 channels are played from this server" in page.text
    assert [form for form in page.forms if form.method == "post"] == []
    page = at_provider.post(f"{LIST}/1/delete")
    assert at_provider.status == 409
    assert "2 channels are played from this server" in page.text
    assert stored(provider, "main").id == 1


def test_a_server_without_channels_is_deleted_after_a_confirmation(
    provider: Flask, at_provider: Browser
) -> None:
    with provider.app_context():
        for name in ("ort", "sport/espn hd"):
            channels.update(channels.get(name), server=None)
        database.session().commit()
    page = at_provider.open(at_provider.open(f"{LIST}/1").link("Delete…"))
    assert "Delete the server main?" in page.text
    assert "The server was deleted." in at_provider.send(page).text
    assert "No servers yet" in at_provider.open(LIST).text
