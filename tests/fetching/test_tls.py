"""Over https the certificate must be one for the name that was asked for."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flask_iptv.fetching import Fetcher, Patience
from tests.fetching.failing import LOOPBACK, failure, saying
from tests.management.web_server import Answer, WebServer
from tests.real import missing


def self_made(folder: Path, names: str) -> ssl.SSLContext:
    """Make a certificate that vouches for itself, and the context of a server that shows it."""
    openssl = shutil.which("openssl")
    if openssl is None:
        missing("openssl", "there is no such program; install the package 'openssl'")
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    command = [openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    command += ["-nodes", "-keyout", str(key), "-out", str(certificate), "-days", "2"]
    command += ["-subj", "/CN=media.example", "-addext", f"subjectAltName={names}"]
    subprocess.run(command, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


@pytest.fixture
def tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[WebServer]:
    """A server of ``media.example`` and ``127.0.0.1`` whose certificate is trusted."""
    context = self_made(tmp_path, "DNS:media.example,IP:127.0.0.1")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
    real = socket.getaddrinfo

    def getaddrinfo(host: str, *rest: Any, **named: Any) -> list[Any]:
        return real("127.0.0.1" if host.endswith(".example") else host, *rest, **named)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    with WebServer(context=context) as server:
        server.answer = lambda asked: Answer(200, b"hello")
        yield server


def test_the_name_of_the_url_is_that_of_the_certificate(tls: WebServer) -> None:
    got = Fetcher(LOOPBACK).fetch("GET", f"https://media.example:{tls.port}/")
    assert got.body == b"hello"
    assert tls.asked[0].headers["host"] == f"media.example:{tls.port}"
    assert Fetcher(LOOPBACK).fetch("GET", tls.url).body == b"hello"


def test_the_name_of_the_url_is_told_before_the_certificate_is_shown(
    tmp_path: Path, tls: WebServer
) -> None:
    told: list[str | None] = []
    context = self_made(tmp_path, "DNS:media.example")
    context.sni_callback = lambda _socket, name, _context: told.append(name)
    with WebServer(context=context) as server:
        Fetcher(LOOPBACK).fetch("GET", f"https://media.example:{server.port}/")
    assert told == ["media.example"]


def test_a_certificate_for_another_name_is_not_valid(tls: WebServer) -> None:
    words = failure(Fetcher(LOOPBACK), f"https://other.example:{tls.port}/")
    assert words.startswith("the certificate of other.example is not valid: Hostname mismatch")
    assert tls.asked == []


def test_a_certificate_nobody_vouches_for_is_not_valid(
    tls: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    words = failure(Fetcher(LOOPBACK), f"https://media.example:{tls.port}/")
    assert words.startswith("the certificate of media.example is not valid: self-signed")
    assert tls.asked == []


def test_http_is_not_https() -> None:
    with saying(b"HTTP/1.1 400 Bad Request\r\n\r\n") as url:
        words = failure(Fetcher(LOOPBACK), url.replace("http:", "https:"))
    assert "does not speak https as it should" in words
    assert words.endswith("is it http there?")


def test_a_handshake_that_drips_holds_nobody() -> None:
    with saying(for_ever=b"") as url:
        hasty = Fetcher(LOOPBACK, patience=Patience(connect=0.2))
        words = failure(hasty, url.replace("http:", "https:"))
    assert words.endswith("did not take the connection within 0.2 seconds")
