"""Fixtures for the tests of the viewer's own page: people who have its address and no login."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from flask_iptv import database, users
from flask_iptv.models import Session, utcnow
from tests.admin.browser import Browser

BOB = "/tv/my/bobs-token"
EVE = "/tv/my/eves-token"


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    """An app whose sessions are where the tests put them, and whose viewers may renew tokens."""
    return make_app(IPTV_SESSION_STORE="sql:", IPTV_VIEWER_NEW_TOKEN=True)


@pytest.fixture
def viewer(provider: Flask) -> Browser:
    """The browser of somebody who has no login at the small provider."""
    return Browser(provider, login=None)


@pytest.fixture
def at_admin(provider: Flask) -> Browser:
    """The browser of the administrator of the same provider."""
    return Browser(provider)


def change(app: Flask, user: str, /, **fields: Any) -> None:
    """Change a user."""
    with app.app_context():
        users.update(users.by_name(user), **fields)
        database.session().commit()


def watch(app: Flask, name: str, *, channel_id: int = 1, **told: str) -> int:
    """Let a user watch on one more device; give the session's id."""
    with app.app_context():
        now = utcnow()
        session = Session(
            device=f"{name} {channel_id} {sorted(told.items())}",
            user_id=users.by_name(name).id,
            channel_id=channel_id,
            opened_at=now - timedelta(minutes=34),
            seen_at=now,
            expires_at=now + timedelta(days=1),
            **told,
        )
        database.session().add(session)
        database.session().commit()
        return session.id
