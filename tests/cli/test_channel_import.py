"""``flask iptv channels import``: which channels come of which playlist."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from flask_iptv import channels, database, packages, servers
from flask_iptv.playlists.foreign_m3u import read_all
from tests.cli.runner import iptv, refusal
from tests.old_users import old_user

NEWS = """#EXTM3U
#EXTINF:-1 tvg-id="ort.tv" tvg-chno="7" tvg-logo="https://l.example/a b.png" group-title="New",One
https://media.example/ort/index.m3u8?token=T
#EXTINF:-1,Two
https://media.example/two/mpegts
"""


def facts(app: Flask, name: str, *fields: str) -> tuple[Any, ...]:
    with app.app_context():
        channel = channels.get(name)
        server = channel.server.name if channel.server else None
        return tuple(server if field == "server" else getattr(channel, field) for field in fields)


def summary(app: Flask, playlist: str, *words: str) -> dict[str, Any]:
    result = iptv(app, "channels", "import", "-", "--json", *words, typed=playlist)
    assert result.exit_code == 0, result.output
    shown: dict[str, Any] = json.loads(result.stdout)
    return shown


def count(app: Flask) -> int:
    with app.app_context():
        return channels.page().count


def test_a_file_adds_its_channels(provider: Flask, tmp_path: Path) -> None:
    file = tmp_path / "list.m3u"
    file.write_text(NEWS)
    result = iptv(provider, "channels", "import", str(file))
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "Channels: 1 added, 0 updated, 1 unchanged.\n"
    shown = facts(provider, "two", "title", "server", "enabled", "number")
    assert shown == ("Two", "main", True, None)


def test_all_that_the_playlist_says_is_kept(make_app: Callable[..., Flask]) -> None:
    app = make_app()
    report = summary(app, NEWS, "--create-servers")
    assert report == {
        "added": 2, "updated": 0, "unchanged": 0, "repeated": 0, "elsewhere": [],
        "new_servers": ["media.example"], "dry_run": False,
    }  # fmt: skip
    assert facts(app, "ort", "title", "number", "group", "logo", "epg_id", "server") == (
        "One", 7, "New", "https://l.example/a%20b.png", "ort.tv", "media.example",
    )  # fmt: skip


def test_what_is_exported_is_what_was_imported(app: Flask) -> None:
    playlist = (
        "#EXTM3U\n"
        "#EXTINF:-1,Camera\nhttp://media.example:8080/live/cam%201.ts?token=theirs\n"
        "#EXTINF:-1,Radio\nhttp://media.example:8080/live/radio.ts\n"
        "#EXTINF:-1,ORT\nhttps://hls.example/tv/ort/index.m3u8\n"
        "#EXTINF:-1,Two\nhttps://old.example/two.m3u8\n"
    )
    assert summary(app, playlist, "--create-servers")["elsewhere"] == []
    with app.app_context():
        old_user(name="bob", key="T")
        database.session().commit()
    exported = read_all(app.test_client().get("/tv/playlists/bob.m3u?token=T").data)
    listed = {entry.title: entry.url.partition("?")[0] for entry in read_all(playlist)}
    assert {entry.title: entry.url.partition("?")[0] for entry in exported} == listed
    assert {entry.url.partition("?")[2] for entry in exported} == {"token=T"}


def test_flussonics_own_addresses_make_a_server_for_both_outputs(app: Flask) -> None:
    for playlist in ("#EXTM3U\nhttp://a.example/x/mpegts\n",
                     "#EXTM3U\nhttp://b.example/y/index.m3u8\n"):  # fmt: skip
        summary(app, playlist, "--create-servers")
    with app.app_context():
        found = {(s.hls_template, s.mpegts_template) for s in servers.page().items}
    assert found == {("{base}/{name}/index.m3u8", "{base}/{name}/mpegts")}


def test_hosts_are_told_apart_by_scheme_and_port(app: Flask) -> None:
    urls = ("http://h.example/a/mpegts", "https://h.example/b/mpegts",
            "http://h.example:80/c/mpegts", "http://H.example:8080/d/mpegts")  # fmt: skip
    report = summary(app, "#EXTM3U\n" + "\n".join(urls), "--create-servers")
    assert report["new_servers"] == ["h.example", "h.example (https)", "h.example:8080"]
    assert facts(app, "c", "server") == ("h.example",)


def test_the_servers_path_is_no_part_of_the_name(app: Flask) -> None:
    with app.app_context():
        servers.create(name="all", url="https://media.example")
        servers.create(name="hls", url="https://media.example/hls")
        servers.create(
            name="live", url="https://live.example", hls_template="{base}/live/{name}.m3u8"
        )
        database.session().commit()
    urls = ("https://media.example/hls/one/index.m3u8", "https://media.example/two/index.m3u8",
            "https://live.example/live/three.m3u8")  # fmt: skip
    assert summary(app, "#EXTM3U\n" + "\n".join(urls))["elsewhere"] == []
    assert [facts(app, name, "server") for name in ("one", "two", "three")] == [
        ("hls",),
        ("all",),
        ("live",),
    ]


def test_a_host_without_a_server_is_named_with_what_to_type(provider: Flask) -> None:
    playlist = NEWS + "http://old.example:8080/three/mpegts\nhttp://old.example:8080/four/mpegts\n"
    said = refusal(iptv(provider, "channels", "import", "-", typed=playlist))
    assert said == (
        "Error: no server has the address http://old.example:8080 (channels there: 2); "
        "add --server NAME if it is one of your servers, or --create-servers\n"
    )
    assert count(provider) == 2


def test_one_server_may_have_them_all(provider: Flask) -> None:
    playlist = "#EXTM3U\nhttp://a.example/one/index.m3u8\nudp://b.example/two/mpegts\n"
    report = summary(provider, playlist, "--server", "main")
    assert (report["added"], report["new_servers"], report["elsewhere"]) == (2, [], [])
    assert facts(provider, "two", "server") == ("main",)
    said = refusal(iptv(provider, "channels", "import", "-", "--server", "no", typed=playlist))
    assert said == "Error: there is no server 'no'\n"


def test_channels_that_would_play_elsewhere_are_warned_of(provider: Flask) -> None:
    playlist = "#EXTM3U\nhttps://media.example/odd.m3u8?token=T\n"
    result = iptv(provider, "channels", "import", "-", typed=playlist)
    assert result.exit_code == 0
    assert "line 2: listed as https://media.example/odd.m3u8, played as " in result.stderr
    assert "played as https://media.example/odd/index.m3u8." in result.stderr
    report = summary(provider, "#EXTM3U\nhttps://media.example/ort/index.m3u8?profile=2&token=T\n")
    assert [entry["line"] for entry in report["elsewhere"]] == [2]


def test_channels_that_are_there_stay_as_they_are(provider: Flask) -> None:
    before = facts(provider, "ort", "title", "number", "group", "updated_at")
    assert summary(provider, NEWS)["unchanged"] == 1
    assert facts(provider, "ort", "title", "number", "group", "updated_at") == before


def test_an_update_takes_over_what_the_playlist_says_and_keeps_the_rest(provider: Flask) -> None:
    with provider.app_context():
        channels.update(channels.get("ort"), epg_id="mine", enabled=False)
        database.session().commit()
    playlist = '#EXTM3U\n#EXTINF:-1 tvg-chno="7",One\nhttps://media.example/ort/index.m3u8\n'
    assert summary(provider, playlist, "--update")["updated"] == 1
    assert facts(provider, "ort", "title", "number", "group", "epg_id", "enabled", "server") == (
        "One", 7, "News", "mine", False, "main",
    )  # fmt: skip
    assert summary(provider, playlist, "--update")["unchanged"] == 1


def test_a_title_that_the_playlist_does_not_have_is_kept(provider: Flask) -> None:
    playlist = "#EXTM3U\nhttps://media.example/ort/index.m3u8\nhttps://media.example/new/mpegts\n"
    summary(provider, playlist, "--update")
    assert facts(provider, "ort", "title") == ("ORT",)
    assert facts(provider, "new", "title") == ("new",)


def test_they_join_a_package_that_keeps_its_own(provider: Flask) -> None:
    for _ in range(2):
        summary(provider, NEWS, "--package", "basic")
    with provider.app_context():
        assert [channel.name for channel in packages.get("basic").channels] == ["ort", "two"]
    said = refusal(iptv(provider, "channels", "import", "-", "--package", "no", typed=NEWS))
    assert said == "Error: there is no package 'no'\n"


def test_a_dry_run_tells_and_saves_nothing(app: Flask) -> None:
    words = ("--create-servers", "--dry-run")
    result = iptv(app, "channels", "import", "-", *words, typed=NEWS)
    assert result.stdout == (
        "New server: media.example\n"
        "Channels: 2 added, 0 updated, 0 unchanged.\n"
        "This was a dry run: nothing was saved.\n"
    )
    with app.app_context():
        assert (channels.page().count, servers.page().count) == (0, 0)


def test_a_channel_listed_twice_is_one(provider: Flask) -> None:
    playlist = NEWS + "#EXTINF:-1,Two again\nhttps://media.example/two/index.m3u8?token=U\n"
    result = iptv(provider, "channels", "import", "-", typed=playlist)
    assert result.stdout.endswith("1 unchanged, 1 listed more than once.\n")
    assert facts(provider, "two", "title") == ("Two",)


@pytest.mark.parametrize(
    ("more", "line", "words"),
    [
        ("https://media.example/play?id=1\nhttps://media.example/play?id=2\n", 7, "line 6"),
        ("#EXTINF:-1,\nhttps://media.example/\n", 7, "tells no name of a stream"),
        ("#EXTINF:-1," + "x" * 256 + "\nhttps://media.example/x/mpegts\n", 7, "title: "),
        ('#EXTINF:-1 tvg-logo="a.png",X\nhttps://media.example/x/mpegts\n', 7, "logo: "),
        ("#EXTINF:-1,No address\n", 6, "no URL follows"),
        ("udp://239.0.0.1:1234\n", 6, "is no web address"),
        ("https://media.example:99999/x/mpegts\n", 6, "is no web address"),
    ],
)
def test_a_wrong_line_is_numbered_and_nothing_is_added(
    provider: Flask, more: str, line: int, words: str
) -> None:
    said = refusal(iptv(provider, "channels", "import", "-", typed=NEWS + more))
    assert said.startswith(f"Error: line {line}: ")
    assert words in said
    assert said.count("\n") == 1
    assert count(provider) == 2


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "the playlist is empty"),
        (b"<html></html>", "line 1: '<html></html>' is not #EXTM3U"),
        (b"#EXTM3U\n\xff\xfe", "line 2: byte 0xff"),
        (b"\x89PNG\r\n\x1a\n\0\0", "line 1: byte 0x89"),
        (b"#EXTM3U\n#EXT-X-TARGETDURATION:6\n", "line 2: "),
    ],
)
def test_what_is_no_m3u_is_told_by_line(provider: Flask, content: bytes, words: str) -> None:
    said = refusal(iptv(provider, "channels", "import", "-", typed=content))
    assert words in said
    assert count(provider) == 2


def test_postgresql_takes_the_same(
    make_app: Callable[..., Flask], postgresql_tables_url: str
) -> None:
    app = make_app(postgresql_tables_url)
    assert summary(app, NEWS, "--create-servers")["added"] == 2
    with app.app_context():
        packages.create(name="basic")
        database.session().commit()
    report = summary(app, NEWS.replace("Two", "Zwei"), "--update", "--package", "basic")
    assert (report["updated"], report["unchanged"]) == (1, 1)
    with app.app_context():
        assert [channel.title for channel in packages.get("basic").channels] == ["One", "Zwei"]
