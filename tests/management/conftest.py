"""Fixtures for the management APIs: a server that answers what a test wants."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from ipaddress import ip_network

import pytest

from flask_iptv.fetching import Fetcher
from flask_iptv.management import Access, Management, manage
from tests.management.web_server import WebServer


@pytest.fixture
def server() -> Iterator[WebServer]:
    """A web server that knows no path until a test gives it some."""
    with WebServer() as server:
        yield server


@pytest.fixture
def managed(server: WebServer) -> Callable[[str], Management]:
    """Manage the server as one of a kind, with the login ``admin``, ``s3cret``."""
    fetcher = Fetcher([ip_network("127.0.0.0/8")])
    return lambda kind: manage(Access(kind, server.url, "admin", "s3cret"), fetcher)
