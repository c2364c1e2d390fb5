"""The pages of channels: list, create, change, switch, delete."""

from __future__ import annotations

from flask import Flask

from flask_iptv import channels, database, servers
from flask_iptv.models import Channel

from .browser import Browser

LIST = "/tv/admin/channels"


def stored(app: Flask, name: str) -> Channel:
    """Read a channel, with its server, as the database has it."""
    with app.app_context():
        channel = channels.get(name)
        assert channel.server is None or channel.server.name
        return channel


def test_the_list_is_in_the_order_of_the_numbers(provider: Flask, at_provider: Browser) -> None:
    with provider.app_context():
        channels.create(name="zero", number=0)
        channels.create(name="off", title="Off 🎬", enabled=False)
        database.session().commit()
    page = at_provider.open(LIST)
    shown = [
        words
        for to, words in page.links
        if to.startswith(f"{LIST}/") and words[:1] in "zOE" and words
    ]
    assert shown == ["zero", "ORT", "ESPN HD", "Off 🎬"]
    assert "ESPN HD sport/espn hd" in page.text.replace("HDsport", "HD sport")
    assert "News main" in page.text
    assert "4 channels" in page.text
    assert page.form("4/enabled").value("enabled") == "1"


def test_a_list_of_channels_is_searched_filtered_and_narrowed(
    provider: Flask, at_provider: Browser
) -> None:
    with provider.app_context():
        channels.create(name="lonely", enabled=False)
        database.session().commit()
    for query, found in {
        "q=espn": ["ESPN HD"],
        "q=NEWS": ["ORT"],
        "enabled=no": ["lonely"],
        "package=basic": ["ORT"],
        "group=News": ["ORT"],
        "group=News&enabled=no": [],
        "group=Ne%00ws&package=": ["ORT"],
        "server=main&enabled=yes": ["ORT", "ESPN HD"],
        "server=main&enabled=no": [],
        "enabled=perhaps": ["ORT", "ESPN HD", "lonely"],
    }.items():
        page = at_provider.open(f"{LIST}?{query}")
        shown = [words for _, words in page.links if words in ("ORT", "ESPN HD", "lonely")]
        assert shown == found, query
    page = at_provider.open(f"{LIST}?package=basic")
    page = at_provider.open(page.link("Show all channels"))
    assert "3 channels" in page.text
    at_provider.open(f"{LIST}?server=unheard-of")
    assert at_provider.status == 404


def test_a_click_disables_a_channel_and_another_enables_it(
    provider: Flask, at_provider: Browser
) -> None:
    for enabled in (False, True):
        page = at_provider.open(f"{LIST}?q=news")
        page = at_provider.send(page.form("channels/1/enabled"))
        assert "The channel was " in page.text
        assert "1 channel" in page.text
        assert stored(provider, "ort").enabled is enabled


def test_a_channel_is_created(provider: Flask, at_provider: Browser) -> None:
    page = at_provider.open(f"{LIST}/new")
    assert page.form().value("server") == "main"
    page = at_provider.send(
        page,
        name="кино/1",
        title="Кино",
        number="7",
        group="Films",
        logo="https://pictures.example/kino.png",
        epg_id="kino.tv",
    )
    assert "The channel was created." in page.text
    channel = stored(provider, "кино/1")
    assert (channel.title, channel.number, channel.group) == ("Кино", 7, "Films")
    assert (channel.logo, channel.epg_id) == ("https://pictures.example/kino.png", "kino.tv")
    assert channel.server is not None
    assert channel.server.name == "main"
    (picture,) = page.all("img")
    assert picture["src"] == channel.logo
    assert picture["referrerpolicy"] == "no-referrer"


def test_of_several_servers_none_is_picked_for_you(provider: Flask, at_provider: Browser) -> None:
    with provider.app_context():
        servers.create(name="edge", title="Edge", url="https://edge.example")
        database.session().commit()
    form = at_provider.open(f"{LIST}/new").form()
    assert form.control("server").options == ["", "edge", "main"]
    assert form.value("server") == ""
    at_provider.send(form, name="x", server="edge")
    server = stored(provider, "x").server
    assert server is not None
    assert server.name == "edge"


def test_a_channel_is_changed_and_emptied(provider: Flask, at_provider: Browser) -> None:
    page = at_provider.open(f"{LIST}/1")
    page = at_provider.send(page, title="", number="", group="", server="", enabled=[])
    assert "The channel was saved." in page.text
    channel = stored(provider, "ort")
    assert (channel.title, channel.number, channel.group) == ("ort", None, None)
    assert (channel.server, channel.enabled) == (None, False)
    assert "None" in at_provider.open(f"{LIST}?q=ort").text


def test_number_zero_is_kept(provider: Flask, at_provider: Browser) -> None:
    at_provider.send(at_provider.open(f"{LIST}/1"), number="0")
    page = at_provider.open(f"{LIST}/1")
    assert page.form().value("number") == "0"
    at_provider.send(page, title="First")
    assert stored(provider, "ort").number == 0


def test_a_channel_is_deleted_only_after_a_confirmation(at_provider: Browser) -> None:
    page = at_provider.open(at_provider.open(f"{LIST}/1").link("Delete…"))
    assert "Delete the channel ORT?" in page.text
    page = at_provider.send(page)
    assert "The channel was deleted." in page.text
    assert "1 channel" in page.text


def test_a_channels_page_leads_to_a_signed_link_for_it(at_provider: Browser) -> None:
    page = at_provider.open(at_provider.open(f"{LIST}/2").link("Sign a link"))
    assert page.form().value("channel") == "sport/espn hd"
