"""Every store on every database that it is meant for."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from flask_iptv import channels, database, users


@pytest.fixture(params=["sqlite", "postgresql"])
def stored_app(request: pytest.FixtureRequest, make_app: Callable[..., Flask]) -> Flask:
    """An app with the channels ``one`` and ``two`` and the user ``bob``, on each database."""
    url = None if request.param == "sqlite" else request.getfixturevalue("postgresql_url")
    app = make_app(url)
    with app.app_context():
        for name in ("one", "two"):
            channels.create(name=name)
        users.create(name="bob", key="bobs-token")
        database.session().commit()
    return app


@pytest.fixture
def stored(stored_app: Flask) -> Iterator[Flask]:
    """The same app with its context pushed."""
    with stored_app.app_context():
        yield stored_app
