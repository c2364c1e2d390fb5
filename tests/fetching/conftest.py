"""Fixtures for fetching: a server to be asked, and one that says bytes as they are."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from flask_iptv.fetching import Fetcher
from tests.fetching.failing import LOOPBACK
from tests.management.web_server import Answer, WebServer


@pytest.fixture
def server() -> Iterator[WebServer]:
    with WebServer() as server:
        server.answer = lambda asked: Answer(200, b"hello", {"X-One": "1"})
        yield server


@pytest.fixture
def fetcher() -> Fetcher:
    return Fetcher(LOOPBACK)
