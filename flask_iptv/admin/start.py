"""The page that the admin pages start with."""

from __future__ import annotations

from typing import Any

from flask import Response

from .. import channels, config, packages, servers, sessions, users
from ..models import utcnow
from ..public_url import external_url
from ..records import Page
from .door import routes
from .pages import show

#: Sessions that are shown.
_LATEST = 6


@routes.add("/")
def start() -> Response:
    latest = sessions.page(now=utcnow(), sort="-opened_at", limit=_LATEST)
    pages: dict[str, Page[Any]] = {
        "users": users.page(limit=1),
        "channels": channels.page(limit=1),
        "packages": packages.page(limit=1),
        "servers": servers.page(limit=1),
        "sessions": latest,
    }
    return show(
        "start",
        pages=pages,
        sessions=latest,
        present=[noun.removesuffix("s") for noun, page in pages.items() if page.count],
        auth_url=external_url(".auth"),
        auth_secret=config.current().auth_secret is not None,
        without_packages=config.current().without_packages,
    )
