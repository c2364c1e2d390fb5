"""Channels, packages and servers: what is accepted, what is refused, what goes with what."""

from __future__ import annotations

from typing import Any

import pytest

from flask_iptv import channels, database, packages, servers, users
from flask_iptv.errors import InUse, InvalidInput, NotFound
from flask_iptv.models import Session
from tests.nouns.refusing import refused

pytestmark = pytest.mark.usefixtures("context")


def test_a_channel_needs_only_its_streams_name() -> None:
    channel = channels.create(name="sport/espn hd")
    assert (channel.title, channel.enabled, channel.server) == ("sport/espn hd", True, None)


def test_a_channel_with_everything() -> None:
    servers.create(name="main", url="https://media.example")
    typed: dict[str, Any] = {
        "name": "ort",
        "title": "Первый канал",
        "number": "1",
        "group": "News",
        "logo": "https://img.example/ort.png",
        "epg_id": "ort.tv",
        "enabled": "false",
        "server": "main",
    }
    channel = channels.create(**typed)
    assert channel.server is not None
    assert (channel.number, channel.server.name, channel.enabled) == (1, "main", False)
    channel = channels.update(channel, number=None, server=None)
    assert channel.server is None
    assert (channel.number, channel.title) == (None, "Первый канал")


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("name", "/ort", "no slash at either end"),
        ("name", "a//b", "no empty part"),
        ("name", "a/../b", "no '.'"),
        ("name", "a\\b", "backslash"),
        ("name", "", "must not be empty"),
        ("number", -1, "must be at least 0"),
        ("number", "one", "must be a whole number"),
        ("logo", "javascript:alert(1)", "https://media.example/logo.png"),
        ("logo", "https://", "must be a web address"),
        ("logo", "https://img.example:port/", "must be a web address"),
        ("logo", "https://img.example/<script>", "must be a web address"),
        ("title", "x\ty", "U+0009"),
        ("server", "nothing", "there is no server 'nothing'"),
    ],
)
def test_channels_that_are_refused(field: str, value: Any, said: str) -> None:
    problems = refused(channels.create, **({"name": "ort"} | {field: value}))
    assert said in problems[field]
    assert channels.page().count == 0


def test_an_unknown_server_leaves_the_channel_as_it_was() -> None:
    channel = channels.create(name="ort", title="ORT")
    refused(channels.update, channel, title="other", server="nothing")
    assert channel.title == "ORT"


def test_channels_are_listed_by_number_with_the_unnumbered_last() -> None:
    for name, number in (("c", None), ("b", 2), ("a", 10)):
        channels.create(name=name, number=number)
    assert [channel.name for channel in channels.page(sort="number").items] == ["b", "a", "c"]


def test_packages_hold_channels() -> None:
    for name in ("a", "b", "c"):
        channels.create(name=name)
    package = packages.create(name="basic", channels=["c", "a"])
    assert package.title == "basic"
    assert packages.count_channels([package.id]) == {package.id: 2}
    packages.update(package, channels=["b"])
    assert [channel.name for channel in channels.page(package="basic").items] == ["b"]
    packages.update(package, title="Basic")
    assert packages.count_channels([package.id]) == {package.id: 1}
    problems = refused(packages.update, package, channels=["b", "x", "y"])
    assert "there is no channel" in problems["channels"]


def test_deleting_a_package_takes_it_from_its_users() -> None:
    package = packages.create(name="basic")
    user = users.create(name="bob", packages=["basic"])
    before = user.updated_at
    assert packages.count_users([package.id]) == {package.id: 1}
    packages.delete(package)
    database.session().commit()
    assert user.packages == []
    assert user.updated_at > before
    with pytest.raises(NotFound):
        packages.get("basic")


def test_deleting_a_channel_takes_it_from_its_packages() -> None:
    channel = channels.create(name="ort")
    package = packages.create(name="basic", channels=["ort"])
    channels.delete(channel)
    database.session().commit()
    assert package.channels == []


def test_a_server_of_flussonics_kind_needs_only_its_url() -> None:
    server = servers.create(name="main", url="https://media.example/")
    assert server.url == "https://media.example"
    assert server.hls_template == "{base}/{name}/index.m3u8"
    assert server.mpegts_template == "{base}/{name}/mpegts"


def test_templates_that_are_not_given_are_kept() -> None:
    server = servers.create(
        name="main", url="https://media.example", hls_template="{base}/live/{name}.m3u8"
    )
    servers.update(server, securetoken_keys=["new", "old"])
    assert server.hls_template == "{base}/live/{name}.m3u8"
    assert server.securetoken_keys == ["new", "old"]
    servers.update(server, hls_template=None)
    assert server.hls_template == "{base}/{name}/index.m3u8"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("url", "media.example"),
        ("url", "ftp://media.example"),
        ("url", "https://login:password@media.example"),
        ("url", "https://media.example:99999"),
        ("url", "https://media.example/?x=1"),
        ("url", ""),
        ("hls_template", "{base}/index.m3u8"),
        ("hls_template", "{base}/{nmae}/index.m3u8"),
        ("mpegts_template", "no base/{name}"),
        ("securetoken_keys", [""]),
        ("securetoken_keys", 7),
        ("name", "a/b"),
    ],
)
def test_servers_that_are_refused(field: str, value: Any) -> None:
    fields = {"name": "main", "url": "https://media.example"} | {field: value}
    assert {name.partition(".")[0] for name in refused(servers.create, **fields)} == {field}


@pytest.mark.parametrize(
    ("changes", "password"),
    [
        ({"api_url": "http://10.0.0.6:8080"}, None),
        ({"api_url": "http://10.0.0.5:8081"}, None),
        ({"api_url": "https://10.0.0.5:8080"}, None),
        ({"api_url": None}, None),
        ({"kind": "srs"}, None),
        ({"api_url": "http://10.0.0.6:8080", "api_password": "new"}, "new"),
        ({"kind": "srs", "api_password": "old"}, "old"),
        ({"api_url": "http://10.0.0.5:8080/api"}, "old"),
        ({"url": "https://other.example", "name": "other"}, "old"),
    ],
)
def test_the_password_of_an_api_goes_to_nobody_else(
    changes: dict[str, Any], password: str | None
) -> None:
    server = servers.create(
        name="main", url="https://m.example", api_url="http://10.0.0.5:8080", api_password="old"
    )
    servers.update(server, **changes)
    assert server.api_password == password


def test_a_password_may_come_before_the_address() -> None:
    server = servers.create(name="main", url="https://m.example", api_password="first")
    servers.update(server, api_url="http://10.0.0.5:8080")
    assert server.api_password == "first"


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("api_url", "http://u:geheim@h", "without a query or a login"),
        ("api_url", "http://h/?token=geheim", "without a query or a login"),
        ("url", "geheim@h", "without a query or a login"),
        ("title", ["geheim"], "must be a text"),
        ("kind", {"geheim": "geheim"}, "must be 'flussonic'"),
        ("securetoken_key", "geheim", "there is no such field"),
        ("url", "ftp://h", "(was 'ftp://h')"),
    ],
)
def test_what_may_be_secret_is_not_repeated(field: str, value: Any, said: str) -> None:
    fields = {"name": "main", "url": "https://m.example"} | {field: value}
    with pytest.raises(InvalidInput) as caught:
        servers.create(**fields)
    (problem,) = caught.value.problems
    assert said in problem.message
    assert "geheim" not in f"{problem.message} {problem.value}"


def test_a_server_with_channels_is_not_deleted() -> None:
    server = servers.create(name="main", url="https://media.example")
    channel = channels.create(name="ort", server="main")
    with pytest.raises(InUse, match="'main' has 1 channels"):
        servers.delete(server)
    channels.delete(channel)
    servers.delete(server)
    assert servers.page().count == 0


@pytest.mark.parametrize("noun", [channels, packages, servers])
def test_lookups_of_nothing(noun: Any) -> None:
    for name in ("nothing", "", "a\0b"):
        with pytest.raises(NotFound):
            noun.get(name)


def test_nothing_is_left_of_a_deleted_user() -> None:
    packages.create(name="basic")
    user = users.create(name="bob", packages=["basic"])
    users.delete(user)
    assert database.session().query(Session).count() == 0
    package = packages.get("basic")
    assert packages.count_users([package.id]) == {}


def test_many_channels_change_what_they_may_have_in_common() -> None:
    ids = [channels.create(name=name).id for name in ("one", "two")]
    assert channels.change_all(ids, group="News", enabled=False) == 2
    assert channels.change_all(ids) == 0
    before = [channel.updated_at for channel in channels.page().items]
    assert channels.rename_group("News", "News") == len(before)
    assert [channel.updated_at for channel in channels.page().items] == before
    assert refused(channels.change_all, ids, name="ort").keys() == {"name"}
    assert refused(channels.change_all, ids, group="x" * 256).keys() == {"group"}
    assert [(channel.name, channel.group) for channel in channels.page().items] == [
        ("one", "News"),
        ("two", "News"),
    ]
