"""Nothing that a form says is forgotten: what is wrong with it, and what it would do."""

from __future__ import annotations

from flask import Flask

from .furnished import TOKEN
from .reader import ADMIN, Reader

_CONTROL = "\x01"
_LONG = "я" * 3000


_MISTAKES: tuple[tuple[str, dict[str, str]], ...] = (
    ("users/new", {"name": "зритель 1", "key": TOKEN}),
    ("users/new", {"name": _LONG, "email": "я", "comment": _CONTROL, "key": "я я"}),
    ("users/new", {"name": "..", "max_sessions": "я", "expires_at": "я", "starts_at": "9"}),
    ("users/new", {"name": "9", "max_sessions": "-1", "allowed_networks": "1\n192.0.2.1/24"}),
    ("users/new", {"name": "9", "starts_at": "2031-01-01T00:00", "expires_at": "2030-01-01T00:00"}),
    ("users/new", {"name": "9", "allowed_networks": "::1%1", "packages": "99"}),
    ("channels/new", {"name": "/", "number": "-1", "logo": "я", "publish_key": "я"}),
    ("channels/new", {"name": "первый", "number": "я", "server": "99"}),
    ("packages/new", {"name": "базовый", "title": _LONG}),
    ("servers/new", {"name": "сервер 1", "url": "https://1@2.3/?4", "kind": "99"}),
    ("servers/new", {"name": "9", "url": "я", "api_url": "я", "securetoken_keys": "я"}),
    ("servers/new", {"name": "9", "url": "https://1.2", "hls_template": "{base}/9"}),
    ("servers/new", {"name": "9", "url": "https://1.2", "hls_template": "{name}"}),
    ("servers/new", {"name": "9", "url": "https://1.2", "hls_template": "{base}/{name}{9}"}),
    ("servers/new", {"name": "9", "url": "https://1.2", "hls_template": "{base}/ {name}"}),
    ("servers/new", {"name": "9", "url": "https://1.2", "mpegts_template": "{base}/{name}#"}),
    ("links", {"channel": "99", "ip": "я"}),
    ("links", {"channel": "четвёртый", "lifetime": "3600", "output": "99"}),
    ("users/1/links", {"channel": "четвёртый", "lifetime": "3600", "output": "hls"}),
    ("users/1/links", {"lifetime": "99", "ip": "9"}),
    ("explain", {}),
    ("explain", {"user": "99", "channel": "первый"}),
    ("explain", {"user": "зритель 1", "token": "9", "channel": "первый", "ip": "9"}),
    ("users/bulk", {}),
    ("users/bulk", {"action": "enable"}),
    ("users/bulk", {"action": "extend", "user": "1", "days": "я", "expected": "1"}),
    ("servers/1/sync", {"m3u": "я"}),
    ("servers/1/sync", {}),
    ("servers/2/sync", {}),
    ("servers/1/sync", {"m3u": "http://127.0.0.1:1/"}),
    ("servers/1/sync", {"m3u": "http://192.0.2.1/"}),
    ("channels/import", {}),
    ("channels/import", {"text": "9", "url": "9"}),
    ("channels/import", {"text": "9"}),
    ("channels/import", {"url": "http://127.0.0.1:1/"}),
)  # fmt: skip


_CHANGES: tuple[tuple[str, dict[str, str]], ...] = (
    ("users/1", {"name": "зритель 2", "max_sessions": "99999999999"}),
    ("channels/1", {"name": "второй", "number": "9999999", "logo": "https://1@2.3/?4"}),
    ("packages/1", {"name": "пустой"}),
    ("servers/1", {"name": "сервер 2", "url": "https://1.2"}),
)

#: Users by their numbers, and channels: each is refused, or not, for another reason.
_ASKED = (
    *((1, "первый"), (1, "третий"), (1, "четвёртый"), (1, "9"), (2, "первый"), (3, "первый")),
    *((4, "второй"), (5, "второй"), (6, "первый")),
)


def test_mistakes(marked_site: Flask) -> None:
    reader = Reader(marked_site)
    for noun in ("users", "channels", "packages", "servers"):
        reader.post(f"{ADMIN}/{noun}/new", 422)
    for address, typed in _MISTAKES:
        reader.post(f"{ADMIN}/{address}", 422, **typed)
    for address, typed in _CHANGES:
        reader.send(f"{ADMIN}/{address}", status=422, **typed)
    reader.check()


def test_what_somebody_else_has_changed_meanwhile(marked_site: Flask) -> None:
    reader = Reader(marked_site)
    for address, typed in _CHANGES:
        reader.send(f"{ADMIN}/{address}", status=409, seen="{}", **typed)
        reader.send(f"{ADMIN}/{address}", status=409, seen="", **typed)
        reader.post(f"{ADMIN}/{address}/delete", 409)
        reader.post(f"{ADMIN}/{address.replace('1', '99')}", 404, **typed)
    secrets = "?change=key&change=publish_key&change=securetoken_keys&change=api_password"
    typed = {"key": "key", "publish_key": "key", "securetoken_keys": "key", "api_password": "9"}
    for noun, names in (
        ("users", ("key",)),
        ("channels", ("publish_key",)),
        ("servers", ("securetoken_keys", "api_password")),
    ):
        secret = {name: typed[name] for name in names}
        reader.send(f"{ADMIN}/{noun}/1{secrets}", status=409, seen="{}", **secret)
    reader.send(f"{ADMIN}/users/1", status=409, seen="{}", expires_at="2031-01-01T00:00")
    reader.send(f"{ADMIN}/users/1", status=200, seen='{"name": "9"}')
    for address in ("users/1/token", "packages/1/channels", "packages/1/channels/all"):
        reader.post(f"{ADMIN}/{address}", 409, do="add")
    reader.post(f"{ADMIN}/channels/1/place", 409)
    reader.post(f"{ADMIN}/channels/group?group=99", 409, name="9")
    reader.check()


def test_what_would_be_done_to_many(marked_site: Flask) -> None:
    reader = Reader(marked_site)
    for action in ("enable", "disable", "extend", "give", "take", "export"):
        reader.post(f"{ADMIN}/users/bulk", action=action, user="1")
        reader.post(f"{ADMIN}/users/bulk", action=action, all="1")
    reader.check()


def test_what_an_import_would_do(marked_site: Flask) -> None:
    reader = Reader(marked_site)
    playlist = (
        '#EXTM3U\n#EXTINF:-1 group-title="9",Я\nhttps://9.example/9/index.m3u8\n'
        "#EXTINF:-1,Я\nhttps://9.example/9/index.m3u8\n"
        "#EXTINF:-1,Другой\nhttps://1.example/первый/index.m3u8\n"
        "#EXTINF:-1,Плохой\n9\n#EXTINF:-1,Без адреса\n"
    )
    reader.post(f"{ADMIN}/channels/import", text=playlist, update="1")
    reader.post(f"{ADMIN}/channels/import/now", 422, text=playlist, seen="9")
    reader.check()


def test_what_a_check_finds(marked_site: Flask) -> None:
    reader = Reader(marked_site)
    for number in (1, 2, 3, 4):
        reader.post(f"{ADMIN}/servers/{number}/check")
    reader.check()


def test_why_somebody_may_watch(marked_site: Flask) -> None:
    reader = Reader(marked_site)
    for user, channel in _ASKED:
        for address in ("", "192.0.2.9", "198.51.100.1"):
            typed = {"user": f"зритель {user}", "channel": channel, "ip": address}
            reader.post(f"{ADMIN}/explain", 200, **typed)
    reader.check()


def test_why_a_stranger_may_watch(marked_site: Flask) -> None:
    reader = Reader(marked_site)
    reader.post(f"{ADMIN}/explain", token="9", channel="первый")
    reader.post(f"{ADMIN}/explain", token=f"{'9' * 40}-{'9' * 8}-1-2", channel="первый")
    reader.check()


def test_a_link_that_was_made(marked_site: Flask) -> None:
    reader = Reader(marked_site)
    for page in ("links", "users/1/links"):
        for address in ("", "192.0.2.1"):
            typed = {"channel": "первый", "lifetime": "3600", "output": "hls", "ip": address}
            reader.post(f"{ADMIN}/{page}", 200, **typed)
    reader.check()


def test_lists_that_can_not_be_changed_so(marked_site: Flask) -> None:
    reader = Reader(marked_site)
    for number in ("9999999", "я"):
        reader.send(f"{ADMIN}/channels", "channels/1/place", 422, number=number)
    reader.post(f"{ADMIN}/channels/bulk", 422, action="none")
    for action in ("enable", "disable", "group", "add", "remove"):
        reader.post(f"{ADMIN}/channels/bulk", 200, channel="1,99", action=action)
    typed = {"channel": "1", "action": "group", "expected": "changed"}
    reader.post(f"{ADMIN}/channels/bulk", 422, **typed, into=_LONG)
    reader.check()


def test_a_server_that_is_still_needed(marked_site: Flask) -> None:
    reader = Reader(marked_site)
    reader.post(f"{ADMIN}/servers/1/delete", 409)
    reader.check()
