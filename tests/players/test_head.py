"""A HEAD tells of a playlist what a GET would, and the connection it came by goes on working."""

from __future__ import annotations

import socket
from email.message import Message
from http.client import parse_headers
from urllib.parse import urlsplit

import pytest
from flask import Flask

from flask_iptv.players import remembered
from tests.real.site import serve
from tests.statements import statements

BOB = "/tv/playlists/bob.m3u?token=bobs-token"
ADDRESSES = (
    BOB,
    BOB.replace(".m3u", ""),
    BOB.replace(".m3u", ".xspf"),
    BOB.replace("bobs", "nobodys"),
    f"{BOB}&output=unknown",
    "/tv/my/bobs-token",
    "/tv/static/any/iptv.js",
    "/tv/api/users",
    "/tv/admin/",
    "/tv/auth?name=ort&ip=192.0.2.1&token=bobs-token",
    "/tv/nowhere",
)


def ask_twice(site: str, address: str, encoding: str) -> tuple[Message, Message, bytes]:
    """Ask with HEAD and then with GET over one connection: both headers, and the body."""
    host, port = urlsplit(site).netloc.split(":")
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        stream = connection.makefile("rb")

        def send(method: str, last: str = "") -> Message:
            fields = f"Host: {host}\r\nAccept-Encoding: {encoding}\r\n{last}\r\n"
            connection.sendall(f"{method} {address} HTTP/1.1\r\n{fields}".encode())
            line = stream.readline().decode()
            assert line.startswith("HTTP/1.1 "), (method, line)
            headers = parse_headers(stream)
            headers["Status"] = line
            return headers

        head = send("HEAD")
        assert head["Connection"] != "close"
        full = send("GET", "Connection: close\r\n")
        rest = stream.read()
    return head, full, unchunked(rest) if "Transfer-Encoding" in full else rest


def unchunked(data: bytes) -> bytes:
    """Take the lengths out between the parts of a body (RFC 9112, section 7.1)."""
    whole = b""
    while data:
        size, _, data = data.partition(b"\r\n")
        whole += data[: int(size, 16)]
        data = data[int(size, 16) + 2 :]
    return whole


def test_the_next_request_over_the_connection_is_answered(provider: Flask) -> None:
    with serve(provider) as site:
        for address in ADDRESSES:
            for encoding in ("identity", "gzip"):
                remembered.here_of(provider).forget()
                head, full, body = ask_twice(site, address, encoding)
                for name in ("Status", "Content-Encoding", "Content-Type", "ETag"):
                    assert head[name] == full[name], address
                assert head["Content-Length"] == str(len(body)), address
                assert "Transfer-Encoding" not in head


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_the_length_is_that_of_a_list_that_is_remembered_as_well(
    provider: Flask, encoding: str
) -> None:
    player = provider.test_client()
    asked = {"Accept-Encoding": encoding}
    cold = player.head(BOB, headers=asked)
    warm = player.head(BOB, headers=asked)
    assert cold.headers == warm.headers
    body = player.get(BOB, headers=asked).data
    assert warm.headers["Content-Length"] == str(len(body))


def test_a_list_is_made_once_for_a_head_and_the_get_that_follows(provider: Flask) -> None:
    player = provider.test_client()
    with statements() as first:
        player.head(BOB)
    with statements() as second:
        player.get(BOB)
    assert (len(first), len(second)) == (3, 2)


def test_a_head_that_knows_the_list_makes_none(provider: Flask) -> None:
    player = provider.test_client()
    known = player.head(BOB).headers["ETag"]
    remembered.here_of(provider).forget()
    with statements() as sent:
        assert player.head(BOB, headers={"If-None-Match": known}).status_code == 304
    assert len(sent) == 2
