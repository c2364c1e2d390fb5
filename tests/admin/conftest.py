"""Fixtures for the tests of the admin pages."""

from __future__ import annotations

import pytest
from flask import Flask

from .browser import Browser


@pytest.fixture
def browser(app: Flask) -> Browser:
    """A browser at the empty app, logged in."""
    return Browser(app)


@pytest.fixture
def at_provider(provider: Flask) -> Browser:
    """A browser at the small provider, logged in."""
    return Browser(provider)
