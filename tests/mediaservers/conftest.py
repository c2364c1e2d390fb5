"""A provider that knows what the recorded requests ask for."""

from __future__ import annotations

import pytest
from flask import Flask

from flask_iptv import channels, database, servers, users


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
            users.create(name=f"viewer {number}", key=key)
        users.create(name="spaced", key="good-a&b=c/+%")
        database.session().commit()
    return app
