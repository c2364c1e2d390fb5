"""The page that the admin pages start with."""

from __future__ import annotations

from flask import Response

from .. import channels, config, packages, servers, sessions, users
from ..models import utcnow
from ..public_url import external_url
from .door import routes
from .pages import show

#: Sessions that are shown.
_LATEST = 6


@routes.add("/")
def start() -> Response:
    latest = sessions.page(now=utcnow(), sort="-opened_at", limit=_LATEST)
    counts = {
        "users": users.page(limit=1).count,
        "channels": channels.page(limit=1).count,
        "packages": packages.page(limit=1).count,
        "servers": servers.page(limit=1).count,
        "sessions": latest.count,
    }
    return show(
        "start",
        counts=counts,
        sessions=latest,
        present=[noun.removesuffix("s") for noun, count in counts.items() if count],
        auth_url=external_url(".auth"),
        auth_secret=config.current().auth_secret is not None,
        without_packages=config.current().without_packages,
    )
