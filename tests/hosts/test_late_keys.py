"""A key that is set after the registration counts, and one that comes too late is no secret."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from flask_iptv import IPTV, database
from flask_iptv.config import Settings
from flask_iptv.errors import ConfigError
from tests.conftest import PASSWORD_HASH, furnish

#: A value for every key that is not its default.
VALUES: dict[str, Any] = {
    "admin_username": "root",
    "admin_password_hash": PASSWORD_HASH,
    "public_url": "https://tv.example",
    "auth_networks": "192.0.2.0/24",
    "auth_secret": "s3cret",
    "auth_duration": 60,
    "deny_duration": 5,
    "session_policy": "replace",
    "session_store": "sql:",
    "auth_door": "view",
    "history_days": 1,
    "without_packages": "none",
    "securetoken_keys": ["one"],
    "fetch_networks": ["10.0.0.0/8"],
    "auth_rules": ["deny ip 203.0.113.7"],
    "country_database": "/nowhere/country.mmdb",
    "upstream_auth": ["http://127.0.0.1:9/auth.php"],
    "viewer_new_token": True,
    "rate_limits": {"playlist": None},
    "bind_key": "tv",
    "trusted_origins": ["https://billing.example"],
}
QUERY = {"name": "ort", "token": "eves-token", "ip": "192.0.2.1", "session_id": "a"}

keys = pytest.mark.parametrize("key", [item.name for item in fields(Settings)])


@pytest.fixture
def made() -> Iterator[list[Flask]]:
    """Apps that are closed at the end."""
    apps: list[Flask] = []
    yield apps
    for app in apps:
        app.extensions["iptv"].close()
        with app.app_context():
            for engine in app.extensions["sqlalchemy"].engines.values():
                engine.dispose()


@pytest.fixture
def factory(made: list[Flask], tmp_path: Path) -> Callable[..., Flask]:
    """Make an app, testing or not, with two databases and no tables."""

    def make(testing: bool = True, **config: Any) -> Flask:
        app = Flask("host", instance_path=str(tmp_path))
        app.config.update(
            TESTING=testing,
            SQLALCHEMY_DATABASE_URI=f"sqlite:///{tmp_path / 'host.sqlite'}",
            SQLALCHEMY_BINDS={"tv": f"sqlite:///{tmp_path / 'tv.sqlite'}"},
            **config,
        )
        SQLAlchemy(app)
        app.register_blueprint(IPTV(), url_prefix="/tv")
        made.append(app)
        return app

    return make


def fill(app: Flask) -> None:
    with app.app_context():
        database.upgrade_schema()
        furnish()
        database.session().commit()


def ask(app: Flask) -> str:
    return app.test_client().get("/tv/auth", query_string=QUERY).text


@keys
def test_a_key_that_is_set_after_the_registration_counts_as_one_before(
    key: str, factory: Callable[..., Flask]
) -> None:
    name, value = f"IPTV_{key.upper()}", VALUES[key]
    early, late = factory(**{name: value}), factory()
    # A tool that is called with the app, such as one that wraps us, may only fill in defaults.
    late.config.setdefault(name, value)
    assert late.extensions["iptv"].settings == early.extensions["iptv"].settings
    assert getattr(late.extensions["iptv"].settings, key) != getattr(Settings(), key)


@keys
def test_a_key_that_is_set_too_late_is_refused_while_testing(
    key: str, factory: Callable[..., Flask]
) -> None:
    app = factory()
    state = app.extensions["iptv"]
    assert state.settings == Settings()
    app.config[f"IPTV_{key.upper()}"] = VALUES[key]
    with pytest.raises(ConfigError, match=f"IPTV_{key.upper()} was changed after"):
        ask(app)
    state.close()
    assert getattr(state.settings, key) != getattr(Settings(), key)


def test_what_is_set_late_decides(factory: Callable[..., Flask], tmp_path: Path) -> None:
    app = factory()
    seen: list[str] = []
    app.before_request(lambda: seen.append("by Flask"))
    app.config.update(IPTV_BIND_KEY="tv", IPTV_SESSION_STORE="sql:", IPTV_AUTH_DOOR="view")
    fill(app)
    assert ask(app) == ""
    with app.app_context():
        engines = app.extensions["sqlalchemy"].engines
        assert sa.inspect(engines[None]).get_table_names() == []
        with engines["tv"].connect() as connection:
            assert connection.scalar(sa.text("SELECT count(*) FROM iptv_sessions")) == 1
    assert seen == ["by Flask"]
    app.extensions["iptv"].close()
    app.config.update(IPTV_WITHOUT_PACKAGES="none", IPTV_AUTH_DOOR="wsgi")
    assert ask(app) == "not_in_package"
    assert seen == ["by Flask"]


def test_another_database_after_a_stop(factory: Callable[..., Flask]) -> None:
    app = factory()
    fill(app)
    assert ask(app) == ""
    app.extensions["iptv"].close()
    app.config["IPTV_BIND_KEY"] = "tv"
    with app.app_context():
        database.upgrade_schema()
    assert ask(app) == "unknown_token"


def test_a_mistake_that_is_made_late_answers_nobody(factory: Callable[..., Flask]) -> None:
    app = factory()
    app.config["IPTV_WITHOUT_PACKAGE"] = "none"
    with pytest.raises(ConfigError, match="did you mean IPTV_WITHOUT_PACKAGES"):
        ask(app)


def test_a_site_that_serves_goes_on_and_tells_of_the_change(
    factory: Callable[..., Flask], caplog: pytest.LogCaptureFixture
) -> None:
    app = factory(testing=False)
    fill(app)
    assert ask(app) == ""
    app.config["IPTV_WITHOUT_PACKAGES"] = "none"
    app.extensions["iptv"].tick()
    assert "IPTV_WITHOUT_PACKAGES was changed after" in caplog.text
    assert ask(app) == ""


def test_a_list_that_grows_is_a_change_too(factory: Callable[..., Flask]) -> None:
    networks = ["127.0.0.0/8"]
    app = factory(IPTV_AUTH_NETWORKS=networks)
    app.extensions["iptv"].settings  # noqa: B018
    networks.append("192.0.2.0/24")
    with pytest.raises(ConfigError, match="IPTV_AUTH_NETWORKS was changed after"):
        ask(app)
