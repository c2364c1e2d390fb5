"""Packages of very many channels: lists count them, and what was got can be put back."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa
from flask import Flask

from flask_iptv import database
from flask_iptv.models import Channel, Package, package_channels
from tests.api.caller import Caller

#: As long as names may be, so that what is put back is more than other bodies may have.
NAMES = [f"{number:05}-{'канал ' * 41}x" for number in range(20_000)]


def fill(app: Flask) -> None:
    """Put twenty thousand channels into a new package, ``big``."""
    with app.app_context():
        connection = database.current().connection()
        ids = range(100, 100 + len(NAMES))
        every = [
            {"id": id, "name": name, "title": "x", "enabled": True}
            for id, name in zip(ids, NAMES, strict=True)
        ]
        connection.execute(sa.insert(Channel), every)
        connection.execute(sa.insert(Package), {"id": 50, "name": "big", "title": "big"})
        links = [{"package_id": 50, "channel_id": id} for id in ids]
        connection.execute(sa.insert(package_channels), links)
        database.session().commit()


def test_a_package_of_twenty_thousand_channels(estate: Caller) -> None:
    fill(estate.client.application)
    listed = estate.send("GET", "/packages")
    assert len(listed.data) < 2000, "the list only counts"
    assert listed.json is not None
    assert [row["channel_count"] for row in listed.json["packages"]] == [1, 20_000]
    got = estate.send("GET", "/packages/big")
    assert len(got.data) > 8_000_000
    put = estate.send("PUT", "/packages/big", got.data)
    assert (put.status_code, put.headers["ETag"]) == (200, got.headers["ETag"])
    few = estate.change("/packages/big", channels=[*NAMES[5:], "ort"])
    assert (few["channel_count"], few["channels"][-1]) == (19_996, "ort")


def test_the_channels_of_a_package_are_a_list_in_parts(estate: Caller) -> None:
    estate.make("/packages", name="both", channels=["ort", "sport/espn hd"])
    part = estate.get("/packages/both/channels?limit=1&sort=-name")
    assert [channel["name"] for channel in part["channels"]] == ["sport/espn hd"]
    assert part["estimated_count"] == 2
    rest = estate.get(f"/packages/both/channels?limit=1&sort=-name&cursor={part['next']}")
    assert [channel["name"] for channel in rest["channels"]] == ["ort"]
    assert rest["next"] is None
    assert estate.get("/packages/both/channels?enabled=false")["channels"] == []
    assert estate.send("GET", "/packages/nix/channels").status_code == 404


def test_a_row_of_the_list_can_be_put_back(estate: Caller) -> None:
    (row,) = estate.get("/packages")["packages"]
    assert estate.send("PUT", "/packages/basic", row).status_code == 200
    assert estate.get("/packages/basic")["channels"] == ["ort"]


@pytest.mark.parametrize("path", ["/channels", "/servers"])
def test_other_bodies_have_the_bound_that_they_had(refusing: Caller, path: str) -> None:
    body = json.dumps({"name": "x" * 1_000_000}).encode()
    assert refusing.send("POST", path, body).status_code == 413


@pytest.mark.parametrize("path", ["/users", "/packages"])
def test_the_bound_of_what_has_a_list_is_told(refusing: Caller, path: str) -> None:
    body = b'{"name": "' + b"x" * 32_000_000 + b'"}'
    answer = refusing.send("POST", path, body)
    assert answer.status_code == 413
    assert "32000000 bytes" in answer.text
