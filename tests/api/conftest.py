"""Callers of the API, with and without something there to call for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy

from flask_iptv import IPTV, database
from flask_iptv.models import Base
from tests.api.caller import Caller
from tests.conftest import PASSWORD_HASH


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    """An app whose sessions are where the tests put them: in the tables."""
    return make_app(IPTV_SESSION_STORE="sql:")


@pytest.fixture
def api(client: FlaskClient) -> Caller:
    """Call the API of an app with nothing in it."""
    return Caller(client)


@pytest.fixture
def estate(provider: Flask) -> Caller:
    """Call the API of the small provider."""
    return Caller(provider.test_client())


def rows(app: Flask) -> dict[str, Any]:
    """Read all that is in our tables."""
    with app.app_context():
        connection = database.current().connection()
        tables = Base.metadata.sorted_tables
        return {table.name: connection.execute(sa.select(table)).all() for table in tables}


@pytest.fixture(scope="package")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Caller]:
    """Call the API of one app that all tests share which find nothing changed after them."""
    folder = tmp_path_factory.mktemp("shared")
    app = Flask("shared", instance_path=str(folder))
    app.config.update(
        SQLALCHEMY_DATABASE_URI=f"sqlite:///{folder / 'shared.sqlite'}",
        IPTV_ADMIN_PASSWORD_HASH=PASSWORD_HASH,
        IPTV_SESSION_STORE="sql:",
        # All tests come from one address.
        IPTV_RATE_LIMITS={"login_address": None, "login_name": None, "api_writes": None},
    )
    db = SQLAlchemy(app)
    app.register_blueprint(IPTV(), url_prefix="/tv")
    with app.app_context():
        database.upgrade_schema()
    caller = Caller(app.test_client())
    furnish(caller)
    yield caller
    app.extensions["iptv"].close()
    with app.app_context():
        db.engine.dispose()


def furnish(caller: Caller) -> None:
    """Make a server, two channels, a package and two users, ``bob`` and ``eve``."""
    caller.make("/servers", name="main", url="https://media.example", securetoken_keys=["k1"])
    caller.make("/channels", name="ort", server="main")
    caller.make("/channels", name="sport/espn hd", server="main")
    caller.make("/packages", name="basic", channels=["ort"])
    caller.make("/users", name="bob", key="bobs-token", packages=["basic"], max_sessions=1)
    caller.make("/users", name="eve", key="eves-token")


@pytest.fixture
def refusing(shared: Caller) -> Iterator[Caller]:
    """Call an API that refuses all that the test asks for: nothing of it may be kept."""
    before = rows(shared.client.application)
    yield shared
    assert rows(shared.client.application) == before
