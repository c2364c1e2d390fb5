"""Living with Flask-SQLAlchemy's ``create_all``, Flask-Migrate, Flask-WTF and SeaSurf."""

from __future__ import annotations

from operator import attrgetter
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy

from flask_iptv import IPTV, database, migrations
from tests.hosts.conftest import dispose
from tests.hosts.guards import FLASK_WTF, FLASK_WTF_BY_HAND, SEASURF, Guard, ignore_utcnow


def host(folder: Path, **config: Any) -> tuple[Flask, SQLAlchemy]:
    app = Flask("host", instance_path=str(folder), root_path=str(folder))
    app.config.update(SQLALCHEMY_DATABASE_URI=f"sqlite:///{folder / 'host.sqlite'}", **config)
    return app, SQLAlchemy(app)


@pytest.mark.parametrize("bind", [None, "tv"])
def test_create_all_brings_our_tables_along(tmp_path: Path, bind: str | None) -> None:
    binds = {"tv": f"sqlite:///{tmp_path / 'tv.sqlite'}"} if bind else {}
    app, db = host(tmp_path, SQLALCHEMY_BINDS=binds, IPTV_BIND_KEY=bind)

    class Account(db.Model):  # type: ignore[name-defined,misc]
        id = sa.Column(sa.Integer, primary_key=True)

    app.register_blueprint(IPTV(db=db), url_prefix="/tv")
    with app.app_context():
        db.create_all()
        db.create_all()
        assert sa.inspect(db.engines[bind]).has_table("iptv_users")
        assert sa.inspect(db.engines[None]).has_table("account")
        assert migrations.drift(database.current().connection()) == []
    dispose(app)


def test_create_all_leaves_other_apps_of_the_same_db_alone(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    app, db = host(tmp_path)
    app.register_blueprint(IPTV(db=db), url_prefix="/tv")
    other = Flask("other", instance_path=str(tmp_path / "other"))
    other.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{tmp_path / 'other.sqlite'}"
    db.init_app(other)
    with app.app_context():
        db.create_all()
    with other.app_context():
        db.create_all()
        assert not sa.inspect(db.engine).has_table("iptv_users")
    dispose(app)
    dispose(other)


# Flask-Migrate's template of an env.py tries the old name first.
@pytest.mark.filterwarnings("ignore:'get_engine' is deprecated")
@pytest.mark.usefixtures("logging_restored")
@pytest.mark.parametrize("early", [True, False])
@pytest.mark.parametrize("bind", [None, "tv"])
def test_the_hosts_migrations_never_drop_our_tables(
    tmp_path: Path, bind: str | None, early: bool
) -> None:
    binds = {"tv": f"sqlite:///{tmp_path / 'tv.sqlite'}"} if bind else {}
    app, db = host(tmp_path, SQLALCHEMY_BINDS=binds, IPTV_BIND_KEY=bind)

    class Account(db.Model):  # type: ignore[name-defined,misc]
        id = sa.Column(sa.Integer, primary_key=True)

    if early:
        Migrate(app, db, directory=str(tmp_path / "migrations"))
    app.register_blueprint(IPTV(db=db), url_prefix="/tv")
    if not early:
        Migrate(app, db, directory=str(tmp_path / "migrations"))
    with app.app_context():
        database.upgrade_schema()
    _run(app, "init --multidb" if bind else "init", "migrate", "upgrade", "migrate")
    (script,) = (tmp_path / "migrations" / "versions").glob("*.py")
    assert "create_table('account'" in script.read_text()
    assert "iptv" not in script.read_text()
    _run(app, "downgrade")
    with app.app_context():
        tables = set(sa.inspect(db.engines[bind]).get_table_names())
    assert {"iptv_users", "alembic_version", "iptv_alembic_version"} <= tables
    assert "account" not in tables
    dispose(app)


def _run(app: Flask, *commands: str) -> None:
    for command in commands:
        result = app.test_cli_runner().invoke(args=["db", *command.split()])
        assert result.exit_code == 0, result.output


@pytest.mark.filterwarnings("ignore:'get_engine' is deprecated")
@pytest.mark.usefixtures("logging_restored")
def test_an_env_py_may_have_a_filter_of_its_own(tmp_path: Path) -> None:
    app, db = host(tmp_path)
    Migrate(app, db, directory=str(tmp_path / "migrations"))
    app.register_blueprint(IPTV(db=db), url_prefix="/tv")
    with app.app_context():
        database.upgrade_schema()
    _run(app, "init")
    env = tmp_path / "migrations" / "env.py"
    text = env.read_text()
    assert "**conf_args" in text
    env.write_text(text.replace("**conf_args", "include_object=lambda *asked: True, **conf_args"))
    _run(app, "migrate")
    assert not list((tmp_path / "migrations" / "versions").glob("*.py")), "nothing has changed"
    dispose(app)


def test_the_hosts_own_include_name_still_counts(tmp_path: Path) -> None:
    app, db = host(tmp_path)
    Migrate(app, db, include_name=lambda name, kind, parents: name != "secret")
    app.register_blueprint(IPTV(db=db), url_prefix="/tv")
    include_name = app.extensions["migrate"].configure_args["include_name"]
    asked = ("iptv_users", "secret", "account")
    assert [include_name(name, "table", {}) for name in asked] == [False, False, True]
    dispose(app)


@ignore_utcnow
@pytest.mark.parametrize("early", [True, False])
@pytest.mark.parametrize("guard", [FLASK_WTF, FLASK_WTF_BY_HAND, SEASURF], ids=attrgetter("name"))
def test_media_servers_and_scripts_need_no_token_of_the_host(
    tmp_path: Path, guard: Guard, early: bool
) -> None:
    app, db = host(tmp_path, SECRET_KEY="only for tests")
    if early:
        guard.put_on(app)
    app.register_blueprint(IPTV(db=db), url_prefix="/tv")
    if not early:
        guard.put_on(app)
    app.add_url_rule("/form", "form", lambda: "posted", methods=["GET", "POST"])
    with app.app_context():
        database.upgrade_schema()
    client = app.test_client()
    client.get("/form")
    assert client.post("/form").status_code == guard.refusal
    response = client.post("/tv/auth", data={"name": "ort", "token": "x"})
    assert (response.status_code, response.text) == (403, "unknown_token")
    assert "Set-Cookie" not in response.headers
    # The login is asked for, so the host's protection has let the script through.
    for method in ("POST", "PUT", "DELETE"):
        response = client.open("/tv/api/users/bob", method=method, data="{}")
        assert response.status_code == 401
    # So it has the player, which asks with a token.
    response = client.post("/tv/playlists/bob.m3u", data={"token": "x"})
    assert response.text.startswith("There is no playlist of this name")
    app.extensions["iptv"].close()
    dispose(app)
