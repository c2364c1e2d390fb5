"""Fixtures for the tests of the admin pages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from .browser import Browser


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    """An app whose sessions are where the tests put them: in the tables."""
    return make_app(IPTV_SESSION_STORE="sql:")


@pytest.fixture
def browser(app: Flask) -> Browser:
    """A browser at the empty app, logged in."""
    return Browser(app)


@pytest.fixture
def at_provider(provider: Flask) -> Browser:
    """A browser at the small provider, logged in."""
    return Browser(provider)
