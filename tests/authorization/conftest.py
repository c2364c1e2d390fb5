"""No thread that asks other backends outlives the test that began it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from flask_iptv.authorization.upstreams import Upstreams
from flask_iptv.config import Settings
from tests.authorization.asking import LONG, Make


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    yield
    left = [thread.name for thread in threading.enumerate() if "iptv-upstream" in thread.name]
    assert left == []


@pytest.fixture
def make(no_thread_is_left: None) -> Iterator[Make]:
    made = []

    def upstreams(*urls: str, timeout: float = LONG, **options: Any) -> Upstreams:
        made.append(Upstreams(Settings(upstream_auth=urls), timeout=timeout, **options))
        return made[-1]

    yield upstreams
    for one in made:
        one.close()
