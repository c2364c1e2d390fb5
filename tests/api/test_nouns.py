"""``/api/packages``, ``/api/channels`` and ``/api/servers``."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from flask_iptv import database
from flask_iptv.models import Channel
from tests.api.caller import Caller

ITEMS = {
    "/packages": {"name": "news", "title": "News", "channels": ["ort", "sport/espn hd"]},
    "/channels": {
        "name": "sport/euro sport",
        "title": "Euro & Sport",
        "number": 7,
        "group": "Sport",
        "logo": "https://media.example/euro.png",
        "epg_id": "euro.sport",
        "enabled": False,
        "server": "main",
    },
    "/servers": {
        "name": "backup",
        "title": "Backup",
        "url": "https://backup.example/hls",
        "hls_template": "{base}/{name}.m3u8",
        "mpegts_template": "{base}/{name}.ts",
        "securetoken_keys": ["newer", "older"],
    },
}
each = pytest.mark.parametrize(("path", "fields"), ITEMS.items(), ids=ITEMS)


@each
def test_a_new_one_has_what_was_given_and_an_address(
    estate: Caller, path: str, fields: dict[str, Any]
) -> None:
    answer = estate.send("POST", path, fields)
    assert answer.status_code == 201, answer.text
    assert answer.json is not None
    assert fields.items() <= answer.json.items()
    location = answer.headers["Location"]
    assert location.startswith(f"/tv/api{path}/")
    assert estate.get(location.removeprefix("/tv/api")) == answer.json
    assert location.endswith("/" + fields["name"].replace(" ", "%20"))


@each
def test_one_can_be_sent_back_as_it_was(estate: Caller, path: str, fields: dict[str, Any]) -> None:
    made = estate.make(path, **fields)
    sent_back = estate.change(f"{path}/{fields['name']}", **made)
    sent_back.pop("updated_at")
    assert sent_back.items() <= made.items()


@each
def test_only_the_given_field_changes(estate: Caller, path: str, fields: dict[str, Any]) -> None:
    made = estate.make(path, **fields)
    changed = estate.change(f"{path}/{fields['name']}", title="Other")
    assert changed.pop("updated_at") > made.pop("updated_at")
    assert changed == {**made, "title": "Other"}


@each
def test_one_that_is_renamed_is_found_by_its_new_name(
    estate: Caller, path: str, fields: dict[str, Any]
) -> None:
    estate.make(path, **fields)
    estate.change(f"{path}/{fields['name']}", name="renamed")
    assert estate.get(f"{path}/renamed")["name"] == "renamed"
    assert estate.send("GET", f"{path}/{fields['name']}").status_code == 404


@each
def test_one_that_is_deleted_is_gone(estate: Caller, path: str, fields: dict[str, Any]) -> None:
    before = estate.get(path)
    estate.make(path, **fields)
    answer = estate.send("DELETE", f"{path}/{fields['name']}")
    assert (answer.status_code, answer.data) == (204, b"")
    assert estate.send("GET", f"{path}/{fields['name']}").status_code == 404
    assert estate.get(path) == before


@pytest.mark.parametrize("path", ITEMS)
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
@pytest.mark.parametrize("name", ["nix", "a%00b", "%FF", "x" * 300, "%F0%9F%93%BA", "%2e%2e"])
def test_there_is_none_of_this_name(refusing: Caller, path: str, method: str, name: str) -> None:
    answer = refusing.send(method, f"{path}/{name}", {} if method == "PUT" else None)
    assert answer.status_code == 404
    assert answer.json is not None
    assert answer.json["errors"][0]["code"] == "not_found"


@each
def test_a_name_is_taken_once(estate: Caller, path: str, fields: dict[str, Any]) -> None:
    estate.make(path, **fields)
    answer = estate.send("POST", path, fields)
    assert answer.status_code == 409
    assert answer.json is not None
    assert answer.json["errors"] == [
        {
            "field": "name",
            "value": fields["name"],
            "message": answer.json["errors"][0]["message"],
            "code": "duplicate",
        }
    ]


@pytest.mark.parametrize(
    ("path", "fields", "field"),
    [
        ("/packages", {"name": "a/b"}, "name"),
        ("/packages", {"name": "p", "channels": ["ort", "nix"]}, "channels"),
        ("/packages", {"name": "p", "channels": [["ort"]]}, "channels.0"),
        ("/packages", {"name": "p", "users": []}, "users"),
        ("/channels", {"name": "/ort"}, "name"),
        ("/channels", {"name": "a/../b"}, "name"),
        ("/channels", {"name": "c", "server": "nix"}, "server"),
        ("/channels", {"name": "c", "logo": "javascript:alert(1)"}, "logo"),
        ("/channels", {"name": "c", "number": 1.5}, "number"),
        ("/servers", {"name": "s"}, "url"),
        ("/servers", {"name": "s", "url": "media.example"}, "url"),
        ("/servers", {"name": "s", "url": "https://a.example", "hls_template": "x"},
         "hls_template"),
        ("/servers", {"name": "s", "url": "https://a.example", "securetoken_keys": [1]},
         "securetoken_keys.0"),
    ],
)  # fmt: skip
def test_a_field_that_can_not_be_used_is_named(
    refusing: Caller, path: str, fields: dict[str, Any], field: str
) -> None:
    answer = refusing.send("POST", path, fields)
    assert answer.status_code == 422, answer.text
    assert answer.json is not None
    assert [problem["field"] for problem in answer.json["errors"]] == [field]


def test_an_unknown_channel_leaves_the_package_as_it_was(refusing: Caller) -> None:
    answer = refusing.send("PUT", "/packages/basic", {"title": "B", "channels": ["nix", "ort"]})
    assert answer.status_code == 422


def test_a_server_with_channels_stays(refusing: Caller) -> None:
    answer = refusing.send("DELETE", "/servers/main")
    assert answer.status_code == 409
    assert answer.json is not None
    assert answer.json["errors"][0]["code"] == "in_use"


def test_a_deleted_channel_leaves_its_packages(estate: Caller) -> None:
    estate.send("DELETE", "/channels/ort")
    assert estate.get("/packages/basic")["channels"] == []


def test_a_package_of_ten_thousand_channels_is_sent_and_read(estate: Caller) -> None:
    names = [f"channel-{number:05}" for number in range(10_000)]
    with estate.client.application.app_context():
        every = [{"name": name, "title": name, "enabled": True} for name in names]
        database.session().execute(sa.insert(Channel), every)
        database.session().commit()
    assert estate.make("/packages", name="all", channels=names)["channels"] == names
    assert estate.get("/packages/all")["channels"] == names
