"""A provider that knows what the recorded requests ask for."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from flask_iptv import channels, database, servers, users
from tests.mediaservers.asking import SECRET
from tests.old_users import old_user


@pytest.fixture
def estate(app: Flask) -> Flask:
    """Channels of the recordings, and users with the recorded tokens."""
    with app.app_context():
        servers.create(name="flu", url="http://media.example/flu")
        servers.create(name="root", url="http://media.example")
        channels.create(name="espn", server="flu")
        for name in ("hls", "free", "sport/espn hd"):
            channels.create(name=name, server="root")
        for number, key in enumerate(("good", "good1", "good2", "good+a&b=c/+%", "ba&d")):
            old_user(name=f"viewer {number}", key=key)
        users.create(name="spaced", key="good-a&b=c/+%")
        database.session().commit()
    return app


def broadcast(app: Flask, channel: str = "live/espn", limit: int | None = 1) -> Flask:
    """A channel that is published and watched, both with the word ``good``."""
    with app.app_context():
        servers.create(name="main", url="http://media.example")
        channels.create(name=channel, server="main", publish_key="good")
        channels.create(name="live/other", server="main")
        old_user(name="viewer", key="good", max_sessions=limit)
        database.session().commit()
    return app


@pytest.fixture
def studio(make_app: Callable[..., Flask]) -> Flask:
    """An app whose media servers have to bring the secret of the tests."""
    return broadcast(make_app(IPTV_AUTH_SECRET=SECRET))
