"""The pages of packages: list with counts, channels by ticks, delete."""

from __future__ import annotations

from flask import Flask

from flask_iptv import database, packages, users

from .browser import Browser

LIST = "/tv/admin/packages"


def members(app: Flask, name: str) -> list[str]:
    """The names of the channels in a package."""
    with app.app_context():
        return [channel.name for channel in packages.get(name).channels]


def test_the_list_counts_channels_and_users(provider: Flask, at_provider: Browser) -> None:
    with provider.app_context():
        packages.create(name="empty", title="Empty set")
        packages.create(name="both", channels=["ort", "sport/espn hd"])
        users.update(users.by_name("eve"), packages=["basic"])
        database.session().commit()
    page = at_provider.open(LIST)
    for words in ("basic 1 2", "both 2 0", "0 0", "3 packages"):
        assert words in page.text
    assert at_provider.open(f"{LIST}/1").link("2 users")
    assert "1 package" in at_provider.open(f"{LIST}?q=SET").text


def test_counts_lead_to_what_they_count(at_provider: Browser) -> None:
    page = at_provider.open(LIST)
    for noun, found in (("channels", "ORT"), ("users", "bob")):
        (address,) = [to for to, _ in page.links if to.startswith(f"/tv/admin/{noun}?package=")]
        narrowed = at_provider.open(address)
        assert f"1 {noun[:-1]}" in narrowed.text
        assert narrowed.link(found)


def test_a_package_is_made_and_then_its_channels_are_ticked(
    provider: Flask, at_provider: Browser
) -> None:
    page = at_provider.send(at_provider.open(f"{LIST}/new"), name="all", title="Everything")
    assert "The package was created." in page.text
    page = at_provider.send(page.form("2/channels"), channels=["2", "1"])
    assert members(provider, "all") == ["ort", "sport/espn hd"]
    page = at_provider.open(page.link("Done"))
    assert "2 are in it" in page.text


def test_a_package_is_renamed_and_keeps_its_channels(provider: Flask, at_provider: Browser) -> None:
    page = at_provider.send(at_provider.open(f"{LIST}/1"), name="news", title="")
    assert "The package was saved." in page.text
    assert members(provider, "news") == ["ort"]
    page = at_provider.send(page, name="")
    assert at_provider.status == 422
    assert page.words_of("iptv-name-problem") == "Is required."


def test_a_package_is_deleted_after_saying_who_loses_it(
    provider: Flask, at_provider: Browser
) -> None:
    page = at_provider.open(at_provider.open(f"{LIST}/1").link("Delete…"))
    assert "1 user will lose its channels at once" in page.text
    page = at_provider.send(page)
    assert "The package was deleted." in page.text
    with provider.app_context():
        assert users.by_name("bob").packages == []


def test_a_package_of_nobody_is_deleted_without_alarm(app: Flask, browser: Browser) -> None:
    with app.app_context():
        packages.create(name="unused")
        database.session().commit()
    page = browser.open(f"{LIST}/1/delete")
    assert "No user has it." in page.text
    browser.send(page)
    assert "No packages yet" in browser.open(LIST).text
