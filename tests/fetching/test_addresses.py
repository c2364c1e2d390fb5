"""What is asked is the one address that was checked, and none inside a network unmeant."""

from __future__ import annotations

import socket
import threading
from ipaddress import ip_address, ip_network
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flask_iptv.fetching import Fetcher, Patience
from flask_iptv.fetching.addresses import is_public
from tests.fetching.failing import LOOPBACK, SECRET, failure
from tests.management.web_server import WebServer
from tests.patience import LIMIT


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://10.0.0.5/", "10.0.0.5 is a private address; if that is meant, add it to IPTV_F"),
        ("http://localhost/", "localhost is 127.0.0.1, a private address"),
        ("http://169.254.169.254/latest/", "169.254.169.254 is a private address"),
        ("http://224.0.0.1/", "224.0.0.1 is not a public address"),
        ("http://[::1]/", "::1 is a private address"),
        ("http://[::ffff:10.0.0.5]/", "a private address"),
        ("http://2130706433/", "2130706433 is 127.0.0.1, a private address"),
        ("http://0/", "0 is 0.0.0.0, a private address"),
    ],
)
def test_an_address_inside_a_network_is_refused(
    url: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        socket.socket, "connect", lambda *_: pytest.fail("an address was asked all the same")
    )
    assert words in failure(Fetcher(), url)


@pytest.mark.parametrize(
    "address",
    [
        "10.1.2.3",
        "100.64.0.1",
        "192.0.2.1",
        "240.0.0.1",
        "255.255.255.255",
        "0.0.0.0",
        "::",
        "::1",
        "fe80::1",
        "fc00::1",
        "ff0e::1",
        "2001:db8::1",
        "::ffff:127.0.0.1",
        "::127.0.0.1",
        "64:ff9b::10.0.0.1",
        "64:ff9b:1::a00:1",
        "2002:a00:1::",
        "2001::1",
        "100::1",
    ],
)
def test_what_is_not_public_is_known(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2002:808:808::1"],
)
def test_what_is_public_is_known(address: str) -> None:
    assert is_public(ip_address(address))


def test_a_network_of_the_configuration_opens_its_addresses_in_every_form() -> None:
    fetcher = Fetcher([ip_network("127.0.0.0/8")])
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    assert failure(fetcher, f"http://127.0.0.1:{port}/") == f"nobody listens at 127.0.0.1:{port}"
    assert "IPTV_FETCH_NETWORKS" not in failure(fetcher, f"http://[::ffff:127.0.0.1]:{port}/")
    assert "IPTV_FETCH_NETWORKS" in failure(fetcher, f"http://[::1]:{port}/")


def dns(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """Let DNS give an answer after the other for the names of tests, and remember the names."""
    real, left, names = socket.getaddrinfo, list(answers), []

    def getaddrinfo(host: str, port: int, *rest: Any, **named: Any) -> list[Any]:
        if not host.endswith(".example"):
            return real(host, port, *rest, **named)
        names.append(host)
        return [entry for address in left.pop(0) for entry in real(address, port, *rest, **named)]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return names


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_the_address_connected_to_is_the_one_that_was_checked(
    scheme: str, server: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = dns(monkeypatch, ["8.8.8.8"], ["127.0.0.1"])
    connected: list[Any] = []

    def connect(_socket: socket.socket, address: Any) -> None:
        connected.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket.socket, "connect", connect)
    words = failure(Fetcher(), f"{scheme}://rebind.example:{server.port}/")
    assert words == f"nobody listens at rebind.example:{server.port}"
    assert connected == [("8.8.8.8", server.port)]
    assert names == ["rebind.example"]


def test_a_name_is_looked_up_once_and_is_the_host_that_is_asked(
    server: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = dns(monkeypatch, ["127.0.0.1"])
    Fetcher(LOOPBACK).fetch("GET", f"http://media.example:{server.port}/")
    assert server.asked[0].headers["host"] == f"media.example:{server.port}"
    assert names == ["media.example"]


def test_of_several_addresses_only_the_allowed_ones_are_tried_one_after_the_other(
    server: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    dns(monkeypatch, ["127.0.0.9", "127.0.0.3", "127.0.0.1"])
    fetcher = Fetcher([ip_network("127.0.0.0/29")])
    assert fetcher.fetch("GET", f"http://media.example:{server.port}/").status == 200


@pytest.mark.parametrize(
    "url",
    [
        "",
        "media.example/x",
        "ftp://media.example/",
        "file:///etc/passwd",
        "gopher://x",
        "http://",
        "http:///x",
        "http://media.example:0/",
        "http://media.example:99999/",
        "http://media.example:x/",
        "http://a b/",
        "http://a\r\nb/",
        "http://[::1/",
    ],
)
def test_what_is_no_address_of_http_is_refused(fetcher: Fetcher, url: str) -> None:
    assert "must be http or https and name a host" in failure(fetcher, url)


@pytest.mark.parametrize("url", [f"http://ann:{SECRET}@127.0.0.1/", f"http://{SECRET}@127.0.0.1/"])
def test_a_login_in_the_url_is_refused_with_a_hint(fetcher: Fetcher, url: str) -> None:
    assert "give name and password in their own fields" in failure(fetcher, url)


@given(url=st.one_of(st.text(), st.text().map("http://".__add__)))
def test_no_url_does_anything_but_fail_in_words(url: str) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(socket, "getaddrinfo", lambda *_, **__: [])
        failure(Fetcher(), url)


def test_a_name_that_is_not_known_is_told(
    fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    dns(monkeypatch, [])
    assert failure(fetcher, "http://media.example/") == "media.example is not known to DNS"


def test_a_resolver_that_is_silent_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: over.wait(LIMIT) and [])
    hasty = Fetcher(patience=Patience(connect=0.05))
    words = failure(hasty, "http://media.example/")
    over.set()
    assert words == "DNS did not say within 0.05 seconds where media.example is"
