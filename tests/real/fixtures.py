"""Fixtures that start a real part once for all tests and hand each test its share."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.real.chromium import open_chromium
from tests.real.ffmpeg import make_hls, make_mpegts
from tests.real.mariadb import MariaDB, mariadb_server
from tests.real.postgresql import PostgreSQL, postgresql_server
from tests.real.valkey import Valkey

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="session", autouse=True)
def _ended_in_good_order() -> Iterator[None]:
    """Let a test run that is told to end, as by a CI's time limit, stop what it started."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """Give the PostgreSQL server of this test run."""
    with postgresql_server() as server:
        yield server


@pytest.fixture
def postgresql_url(postgresql: PostgreSQL) -> Iterator[str]:
    """Give the URL of an empty PostgreSQL database that only this test has."""
    url = postgresql.create_database()
    yield url
    postgresql.drop_database(url)


@pytest.fixture(scope="session")
def mariadb() -> Iterator[MariaDB]:
    """Give the MariaDB server of this test run."""
    with mariadb_server() as server:
        yield server


@pytest.fixture
def mariadb_url(mariadb: MariaDB) -> Iterator[str]:
    """Give the URL of an empty MariaDB database that only this test has."""
    url = mariadb.create_database()
    yield url
    mariadb.drop_database(url)


@pytest.fixture(scope="session")
def mpegts_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a clip of four seconds as an MPEG transport stream."""
    return make_mpegts(tmp_path_factory.mktemp("mpegts") / "clip.ts")


@pytest.fixture(scope="session")
def hls_folder(tmp_path_factory: pytest.TempPathFactory, mpegts_clip: Path) -> Path:
    """Give a folder with ``index.m3u8`` and its segments: the clip as a finished HLS stream."""
    return make_hls(tmp_path_factory.mktemp("hls"), mpegts_clip).parent


@pytest.fixture(scope="session")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Valkey]:
    """Give the Valkey server of this test run."""
    with Valkey(tmp_path_factory.mktemp("valkey")) as server:
        yield server


@pytest.fixture
def valkey_url(valkey: Valkey) -> Iterator[str]:
    """Give the URL of the Valkey server, with nothing in it."""
    yield valkey.url
    valkey.execute("FLUSHALL")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Give a browser; for a file at a time, since Playwright's loop would be in others' way."""
    with open_chromium() as browser:
        yield browser
