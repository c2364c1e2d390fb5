"""A player that has the newest list is told so; whatever changes the list is noticed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from flask_iptv import channel_import, channels, database, packages, servers, users
from flask_iptv.playlists.foreign_m3u import read_all
from tests.statements import statements

BOB = "/tv/playlists/bob.m3u?token=bobs-token"


def etag(app: Flask, address: str = BOB) -> str:
    return app.test_client().get(address).headers["ETag"]


def test_who_has_the_newest_list_gets_no_body(provider: Flask) -> None:
    known = etag(provider)
    assert known.startswith('W/"')
    for shown in (known, known.removeprefix("W/"), f'"other", {known}', "*"):
        response = provider.test_client().get(BOB, headers={"If-None-Match": shown})
        assert (response.status_code, response.data) == (304, b"")
        assert response.headers["ETag"] == known
        assert response.headers["Cache-Control"] == "private, no-cache"
        assert response.headers["Vary"] == "Accept-Encoding"


def test_a_post_is_answered_in_full(provider: Flask) -> None:
    response = provider.test_client().post(BOB, headers={"If-None-Match": etag(provider)})
    assert response.status_code == 200


def test_knowing_the_list_opens_nothing(provider: Flask) -> None:
    headers = {"If-None-Match": "*"}
    wrong = provider.test_client().get("/tv/playlists/bob.m3u?token=x", headers=headers)
    assert wrong.status_code == 403


def test_an_unchanged_list_costs_two_statements(provider: Flask) -> None:
    known = etag(provider)
    with statements() as sent:
        provider.test_client().get(BOB, headers={"If-None-Match": known})
    assert len(sent) == 2


def test_each_list_has_a_tag_of_its_own(provider: Flask) -> None:
    addresses = (BOB, f"{BOB}&output=mpegts", "/tv/playlists/eve.m3u?token=eves-token")
    assert len({etag(provider, address) for address in addresses}) == 3
    assert etag(provider) == etag(provider)


def import_playlist() -> None:
    playlist = "#EXTM3U\n#EXTINF:-1,ORT+\nhttps://media.example/ort/index.m3u8\n"
    found = read_all(playlist)
    channel_import.add(found, channel_import.find_homes(found), update=True)


def import_into_a_package() -> None:
    found = read_all("#EXTM3U\nhttps://media.example/sport/espn%20hd/index.m3u8\n")
    channel_import.add(found, channel_import.find_homes(found), package="basic")


CHANGES: dict[str, Callable[[], object]] = {
    "channel created": lambda: channels.create(name="new", server="main"),
    "channel updated": lambda: channels.update(channels.get("ort"), number=2),
    "channel disabled": lambda: channels.update(channels.get("ort"), enabled=False),
    "channel deleted": lambda: channels.delete(channels.get("ort")),
    "channels imported": import_playlist,
    "channel imported into package": import_into_a_package,
    "package filled": lambda: packages.update(
        packages.get("basic"), channels=["ort", "sport/espn hd"]
    ),
    "package emptied": lambda: packages.update(packages.get("basic"), channels=[]),
    "package deleted": lambda: packages.delete(packages.get("basic")),
    "server moved": lambda: servers.update(servers.get("main"), url="https://new.example"),
    "template changed": lambda: servers.update(
        servers.get("main"), hls_template="{base}/{name}/video.m3u8"
    ),
    "other packages given": lambda: users.update(users.by_name("bob"), packages=["sport"]),
    "packages taken": lambda: users.update(users.by_name("bob"), packages=[]),
    "token replaced by hand": lambda: users.update(users.by_name("bob"), key="new-token"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_whatever_changes_the_list_changes_its_tag(
    provider: Flask, change: Callable[[], object]
) -> None:
    with provider.app_context():
        packages.create(name="sport", channels=["sport/espn hd"])
        database.session().commit()
    before = etag(provider)
    with provider.app_context():
        change()
        token = users.by_name("bob").key
        database.session().commit()
    address = f"/tv/playlists/bob.m3u?token={token}"
    response = provider.test_client().get(address, headers={"If-None-Match": before})
    assert response.status_code == 200
    assert response.headers["ETag"] != before


def test_a_setting_that_changes_the_list_changes_its_tag(
    make_app: Callable[..., Flask],
) -> None:
    tags = set()
    for setting in ("all", "none"):
        app = make_app(IPTV_WITHOUT_PACKAGES=setting)
        with app.app_context():
            if not users.page().items:
                users.create(name="bob", key="bobs-token")
                database.session().commit()
        tags.add(etag(app))
    assert len(tags) == 2
