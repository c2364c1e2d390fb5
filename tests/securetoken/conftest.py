"""The chance that is left in signing, taken out where a test needs to."""

from __future__ import annotations

import secrets

import pytest


@pytest.fixture
def known_randomness(monkeypatch: pytest.MonkeyPatch) -> None:
    # Tags of two bytes agree by chance once in 65,536 times.
    monkeypatch.setattr(secrets, "token_hex", lambda size: bytes(range(size)).hex())
