"""``flask iptv channels list``, and lists of channels that are long."""

from __future__ import annotations

import json

from flask import Flask

from flask_iptv import channels, database
from tests.cli.runner import iptv
from tests.statements import statements


def test_the_list_is_ordered_by_number_and_aligned(provider: Flask) -> None:
    with provider.app_context():
        channels.create(name="zero", number=0, enabled=False)
        database.session().commit()
    assert iptv(provider, "channels", "list").stdout.splitlines() == [
        "NUMBER  NAME           TITLE    GROUP  SERVER  STATE",
        "0       zero           zero     -      -       disabled",
        "1       ort            ORT      News   main    enabled",
        "-       sport/espn hd  ESPN HD  -      main    enabled",
    ]


def test_json_shows_channels_as_the_api_does(provider: Flask) -> None:
    lines = iptv(provider, "channels", "list", "--json").stdout.splitlines()
    answer = provider.test_client().get("/tv/api/channels", auth=("admin", "correct horse"))
    shown = [json.loads(line) for line in lines]
    assert shown == answer.get_json()["channels"]
    assert [channel["name"] for channel in shown] == ["ort", "sport/espn hd"]


def playlist(count: int) -> str:
    lines = (f"#EXTINF:-1,Channel {n}\nhttps://media.example/c{n}/index.m3u8" for n in range(count))
    return "#EXTM3U\n" + "\n".join(lines)


def test_an_import_costs_a_few_statements_for_each_500_channels(provider: Flask) -> None:
    costs = []
    for count in (400, 2_000):
        with statements() as sent:
            words = ("channels", "import", "-", "--update", "--package", "basic")
            result = iptv(provider, *words, typed=playlist(count))
        assert result.exit_code == 0
        costs.append(len(sent))
    assert costs[0] < 20
    assert costs[1] < 35


def test_ten_thousand_channels_are_imported_whole(provider: Flask) -> None:
    result = iptv(provider, "channels", "import", "-", typed=playlist(10_000))
    assert result.stdout == "Channels: 10000 added, 0 updated, 0 unchanged.\n"
    lines = iptv(provider, "channels", "list", "--json").stdout.splitlines()
    assert len(lines) == 10_002
