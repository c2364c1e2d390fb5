"""What is on a large site: 10,000 users and 5,000 channels, some of whom watch."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from flask_iptv import database, packages, servers
from flask_iptv.models import (
    Channel,
    Session,
    User,
    package_channels,
    user_packages,
    utcnow,
)

from .site import Site

USERS = 10_000
CHANNELS = 5_000
WATCHING = 2_000


def fill(site: Site) -> None:
    """Furnish a site."""
    now = utcnow()
    with site.app.app_context():
        server = servers.create(name="main", url=site.media)
        for name in ("all", "some"):
            packages.create(name=name)
        _insert(
            Channel,
            (
                {
                    "name": f"channel-{number}",
                    "title": f"Channel {number}",
                    "number": number,
                    "group_title": f"Group {number % 40}",
                    "logo": site.logo,
                    "server_id": server.id,
                }
                for number in range(1, CHANNELS + 1)
            ),
        )
        _insert(
            User,
            (
                {
                    "name": f"viewer-{number:05}",
                    "key": f"key-{number}" if number > 1 else "bobs-token",
                    "max_sessions": 2,
                    "by_packages": True,
                    "expires_at": now + timedelta(days=number % 400 - 50),
                }
                for number in range(1, USERS + 1)
            ),
        )
        _insert(
            package_channels,
            ({"package_id": 1, "channel_id": number} for number in range(1, CHANNELS + 1)),
        )
        _insert(
            user_packages,
            ({"user_id": number, "package_id": 1 + number % 2} for number in range(1, USERS + 1)),
        )
        _insert(
            Session,
            (
                {
                    "device": f"device-{number}",
                    "user_id": number,
                    "channel_id": number,
                    "address": f"192.0.2.{number % 250}",
                    "user_agent": "VLC/3.0.20 LibVLC/3.0.20",
                    "protocol": "hls",
                    "opened_at": now - timedelta(minutes=number % 300),
                    "seen_at": now,
                    "expires_at": now + timedelta(days=1),
                }
                for number in range(1, WATCHING + 1)
            ),
        )
        database.session().commit()


def _insert(into: Any, rows: Any) -> None:
    # The tables' own columns: an ORM insert would make an object of each row.
    table = into if isinstance(into, sa.Table) else into.__table__
    database.session().execute(sa.insert(table), list(rows))
