"""Living with Flask-Alembic: our tables stay out of the host's revisions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import flask_alembic
import flask_sqlalchemy
import flask_sqlalchemy_lite
import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from flask_iptv import IPTV, database
from flask_iptv.models import Base
from tests.hosts.conftest import dispose

pytestmark = pytest.mark.usefixtures("logging_restored")


class Model(DeclarativeBase):
    """As in the example of Flask-SQLAlchemy-Lite."""


class Account(Model):
    __tablename__ = "account"
    id: Mapped[int] = mapped_column(primary_key=True)


def lite(app: Flask) -> tuple[Any, Any]:
    """Its example's extensions."""
    app.config["SQLALCHEMY_ENGINES"] = {"default": f"sqlite:///{app.root_path}/host.sqlite"}
    return flask_sqlalchemy_lite.SQLAlchemy(), flask_alembic.Alembic(metadatas=Model.metadata)


def classic(app: Flask) -> tuple[Any, Any]:
    """FlaskBB's: Flask-Alembic finds the metadata of Flask-SQLAlchemy."""
    app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{app.root_path}/host.sqlite"
    return flask_sqlalchemy.SQLAlchemy(model_class=Model), flask_alembic.Alembic()


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    app = Flask("host", instance_path=str(tmp_path), root_path=str(tmp_path))
    yield app
    app.extensions["iptv"].close()
    dispose(app)


@pytest.mark.parametrize("early", [True, False])
@pytest.mark.parametrize("site", [lite, classic])
def test_the_hosts_revisions_never_drop_our_tables(
    app: Flask, site: Callable[[Flask], tuple[Any, Any]], early: bool
) -> None:
    db, alembic = site(app)
    db.init_app(app)
    if early:
        alembic.init_app(app)
    app.register_blueprint(IPTV(db=db), url_prefix="/tv")
    if not early:
        alembic.init_app(app)
    with app.app_context():
        database.upgrade_schema()
        runner = app.test_cli_runner()
        for command in (["db", "revision", "first"], ["db", "upgrade"]):
            result = runner.invoke(args=command)
            assert result.exit_code == 0, result.output
        (script,) = (Path(app.root_path) / "migrations").glob("*.py")
        assert "create_table('account'" in script.read_text()
        assert "iptv_" not in script.read_text()
    with app.app_context():
        assert alembic.compare_metadata() == []
        alembic.downgrade()
        tables = set(sa.inspect(db.engine).get_table_names())
        assert "iptv_users" in tables
        assert "account" not in tables


@pytest.mark.parametrize("when", ["before", "between", "after"])
def test_the_hosts_own_filters_still_count(app: Flask, when: str) -> None:
    theirs = {
        "include_name": lambda name, kind, parents: name != "unmanaged",
        "include_object": lambda thing, name, *more: name != "account",
    }
    given = theirs.copy()
    db, alembic = lite(app)
    # What people do who wonder about all those drops.
    alembic.metadatas = {"default": [Model.metadata, Base.metadata]}
    db.init_app(app)
    if when == "before":
        app.config["ALEMBIC_CONTEXT"] = given
    app.register_blueprint(IPTV(db=db), url_prefix="/tv")
    if when == "between":
        app.config["ALEMBIC_CONTEXT"] = given
    alembic.init_app(app)
    if when == "after":
        app.config["ALEMBIC_CONTEXT"] = given
    with app.app_context():
        database.upgrade_schema()
        with db.engine.begin() as connection:
            connection.execute(sa.text("CREATE TABLE unmanaged (id INTEGER)"))
        assert alembic.compare_metadata() == []
    assert given.items() >= theirs.items(), "it may be the configuration of other apps too"
