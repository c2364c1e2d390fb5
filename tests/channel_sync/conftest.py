"""Fixtures for the sync."""

from __future__ import annotations

import pytest
from flask import Flask

from flask_iptv import servers


@pytest.fixture
def estate(app: Flask, context: None) -> None:
    """Make two servers without channels."""
    servers.create(name="main", url="https://media.example")
    servers.create(name="edge", url="https://edge.example", kind="nginx-rtmp")
