"""The page that the admin pages start with."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Response

from .. import attendance, config, database, processes, records, sessions
from ..attendance import PERIODS
from ..models import Channel, Package, PastSession, Server, User, utcnow
from ..phrases import Sentence
from ..public_url import external_url
from ..records import Page
from . import drawings
from .door import routes
from .pages import show
from .reasons import REASONS

#: Sessions that are shown.
_LATEST = 6
#: Reasons of refusals that are shown.
_REASONS = 4


@routes.add("/")
def start() -> Response:
    now, store = utcnow(), sessions.current()
    latest = sessions.page(now=now, sort="-opened_at", limit=_LATEST)
    refusals = attendance.refusals(PERIODS["day"], now=now)
    pages: dict[str, Page[Any]] = {
        "users": records.counted(User),
        "channels": records.counted(Channel),
        "packages": records.counted(Package),
        "servers": records.counted(Server),
        "sessions": latest,
    }
    return show(
        "start",
        pages=pages,
        sessions=latest,
        present=[noun.removesuffix("s") for noun, page in pages.items() if page.count],
        drawing=drawings.of_attendance("day", now=now, watching=latest.count),
        refusals=refusals[:_REASONS],
        refused=sum(reason.times for reason in refusals),
        reasons=REASONS,
        complaints=[
            *map(Sentence, filter(None, [database.schema_complaint()])),
            *processes.complaints(store, now),
            *processes.news(store, now),
        ],
        is_asked=bool(latest.items) or _was_watched(),
        auth_url=external_url(".auth"),
        auth_secret=config.current().auth_secret is not None,
        without_packages=config.current().without_packages,
    )


def _was_watched() -> bool:
    return database.session().scalar(sa.select(PastSession.id).limit(1)) is not None
