"""The core works in every shape of host."""

from __future__ import annotations

from pathlib import Path

import flask_sqlalchemy_lite
import pytest
import sqlalchemy as sa
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from flask_iptv import IPTV, channels, database, migrations, packages, servers, users
from flask_iptv.errors import ConfigError
from flask_iptv.models import User
from tests.hosts import shapes
from tests.hosts.conftest import dispose

QUERY = {"name": "ort", "token": "bobs-token", "ip": "192.0.2.1"}


def fill() -> None:
    servers.create(name="main", url="https://media.example")
    channels.create(name="ort", server="main")
    packages.create(name="basic", channels=["ort"])
    users.create(name="bob", key="bobs-token", packages=["basic"], max_sessions=1)
    database.session().commit()


def test_the_whole_line(host: Flask) -> None:
    walk_the_whole_line(host)


def walk_the_whole_line(host: Flask) -> None:
    """Have a user watch, be refused a second device, get a playlist and be deleted."""
    client = host.test_client()
    assert client.get("/tv/auth", query_string=QUERY).status_code == 403
    with host.app_context():
        fill()
    assert client.get("/tv/auth", query_string=QUERY).status_code == 200
    assert client.get("/tv/auth", query_string=QUERY | {"ip": "192.0.2.2"}).status_code == 403
    playlist = client.get("/tv/playlists/bob.m3u?token=bobs-token")
    assert "https://media.example/ort/index.m3u8?token=bobs-token" in playlist.text
    with host.app_context():
        users.delete(users.by_name("bob"))
        packages.delete(packages.get("basic"))
        channels.delete(channels.get("ort"))
        servers.delete(servers.get("main"))
        database.session().commit()
    assert client.get("/tv/auth", query_string=QUERY).status_code == 403


def test_calls_join_the_hosts_transaction(host: Flask) -> None:
    with host.app_context():
        users.create(name="bob")
        database.session().rollback()
        assert users.page().items == []


def test_the_tables_are_those_of_the_models(host: Flask) -> None:
    with host.app_context():
        assert migrations.drift(database.current().connection()) == []
        database.require_schema()


def test_our_tables_are_where_the_host_wants_them(host: Flask, tmp_path: Path) -> None:
    with host.app_context():
        engine = database.session().get_bind(User)
        assert sa.inspect(engine).has_table("iptv_users")
        file = str(engine.engine.url.database)
    expected = "tv" if host.config.get("IPTV_BIND_KEY") else "host"
    assert Path(file).name == f"{expected if 'sqlalchemy' in host.extensions else 'iptv'}.sqlite"


def test_an_app_without_a_database_needs_no_command(tmp_path: Path) -> None:
    app = Flask("host", instance_path=str(tmp_path / "instance"))
    app.register_blueprint(IPTV(), url_prefix="/tv")
    assert app.test_client().get("/tv/auth", query_string=QUERY).status_code == 403
    with app.app_context():
        pragmas = [
            database.session().scalar(sa.text(f"PRAGMA {name}"))
            for name in ("journal_mode", "foreign_keys", "busy_timeout")
        ]
    assert pragmas == ["wal", 1, 5000]
    dispose(app)


def test_a_test_with_lite_in_memory_gets_its_tables_from_the_command(tmp_path: Path) -> None:
    app = Flask("host", instance_path=str(tmp_path))
    app.config["SQLALCHEMY_ENGINES"] = {"default": "sqlite://"}
    app.register_blueprint(IPTV(db=flask_sqlalchemy_lite.SQLAlchemy(app)), url_prefix="/tv")
    result = app.test_cli_runner().invoke(args=["iptv", "upgrade"])
    assert result.exit_code == 0, result.output
    with app.app_context():
        fill()
    assert app.test_client().get("/tv/auth", query_string=QUERY).status_code == 200
    app.extensions["iptv"].close()
    dispose(app)


def test_dropping_the_hosts_tables_costs_no_viewer(tmp_path: Path) -> None:
    app = shapes.classic(tmp_path)
    db = app.extensions["sqlalchemy"]
    with app.app_context():
        db.create_all()
        fill()
        db.drop_all()
        db.create_all()
    assert app.test_client().get("/tv/auth", query_string=QUERY).status_code == 200
    app.extensions["iptv"].close()
    dispose(app)


def test_two_mounts_in_one_app_share_everything(tmp_path: Path) -> None:
    app = Flask("host", instance_path=str(tmp_path))
    iptv = IPTV()
    app.register_blueprint(iptv, url_prefix="/tv")
    app.register_blueprint(iptv, url_prefix="/radio", name="radio")
    with app.app_context():
        fill()
    for prefix in ("/tv", "/radio"):
        assert app.test_client().get(f"{prefix}/auth", query_string=QUERY).status_code == 200
    dispose(app)


def test_two_mounts_with_two_databases_are_refused(tmp_path: Path) -> None:
    app = Flask("host", instance_path=str(tmp_path))
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
    first, second = SQLAlchemy(app), SQLAlchemy()
    app.register_blueprint(IPTV(db=first), url_prefix="/tv")
    with pytest.raises(ConfigError, match="one database"):
        app.register_blueprint(IPTV(db=second, name="radio"), url_prefix="/radio")
    dispose(app)


def test_one_object_serves_two_apps(tmp_path: Path) -> None:
    iptv = IPTV()
    apps = [Flask("host", instance_path=str(tmp_path / name)) for name in ("one", "two")]
    for app in apps:
        app.register_blueprint(iptv, url_prefix="/tv")
    with apps[0].app_context():
        fill()
    statuses = [app.test_client().get("/tv/auth", query_string=QUERY).status_code for app in apps]
    assert statuses == [200, 403]
    for app in apps:
        dispose(app)


def test_the_hosts_own_settings_are_not_touched(tmp_path: Path) -> None:
    app = Flask("host", instance_path=str(tmp_path))
    before = dict(app.config)
    app.register_blueprint(IPTV(), url_prefix="/tv")
    assert app.secret_key is None
    assert not app.error_handler_spec[None]
    assert {key for key in app.config if key not in before} == {
        key for key in app.config if key.startswith("IPTV_")
    }
    assert {key: app.config[key] for key in before} == before
