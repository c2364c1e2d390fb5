"""Living with plain Alembic: our tables stay out of the host's revisions."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import produce_migrations, render_python_code
from alembic.config import Config
from alembic.migration import MigrationContext

from flask_iptv import migrations
from flask_iptv.migrations import leave_iptv_tables_alone
from flask_iptv.models import Base, User

# As in the documentation of Flask-SQLAlchemy-Lite.
PROJECT = """
from flask import Flask
from flask_iptv import IPTV
from flask_sqlalchemy_lite import SQLAlchemy
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

class Model(DeclarativeBase):
    pass

class Account(Model):
    __tablename__ = "account"
    id: Mapped[int] = mapped_column(primary_key=True)

db = SQLAlchemy()

def create_app():
    app = Flask(__name__)
    app.config["SQLALCHEMY_ENGINES"] = {"default": "sqlite:///host.sqlite"}
    app.config["IPTV_AUTH_SECRET"] = "only-for-tests"
    db.init_app(app)
    app.register_blueprint(IPTV(db=db), url_prefix="/tv")
    return app
"""

# What one changes in the env.py that Alembic writes.
ENV = {
    r"from alembic import context": """\\g<0>
from flask_iptv.migrations import leave_iptv_tables_alone
from project import Model, create_app, db""",
    r"target_metadata = None": """target_metadata = Model.metadata
with create_app().app_context():
    config.set_main_option("sqlalchemy.url", str(db.engine.url))""",
    r"target_metadata=target_metadata\n": (
        "target_metadata=target_metadata, **leave_iptv_tables_alone()\n"
    ),
}

# The commands of ``alembic``, one after the other.
RUN = """
import sys
from alembic.config import main
from flask_iptv import database
from project import create_app

with create_app().app_context():
    database.upgrade_schema()
for command in sys.argv[1:]:
    main(argv=command.split())
"""


@pytest.mark.usefixtures("logging_restored")
def test_a_site_with_an_env_py_of_its_own_keeps_our_tables(tmp_path: Path) -> None:
    (tmp_path / "project.py").write_text(PROJECT)
    command.init(Config(tmp_path / "alembic.ini"), str(tmp_path / "migrations"))
    env = tmp_path / "migrations" / "env.py"
    text = env.read_text()
    for there, instead in ENV.items():
        text, times = re.subn(there, instead, text)
        assert times == 1, there
    env.write_text(text)
    steps = ["revision --autogenerate -m first", "upgrade head", "check", "upgrade head --sql"]
    done = subprocess.run(
        [sys.executable, "-c", RUN, *steps, "downgrade base", "upgrade head"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    (script,) = (tmp_path / "migrations" / "versions").glob("*.py")
    assert "create_table('account'" in script.read_text()
    assert "iptv_" not in script.read_text()
    assert "iptv_" not in done.stdout, "nor in the SQL for those who run it by hand"
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'instance' / 'host.sqlite'}")
    tables = set(sa.inspect(engine).get_table_names())
    engine.dispose()
    assert {"account", "alembic_version", "iptv_users", "iptv_alembic_version"} <= tables


@pytest.fixture
def metadata() -> sa.MetaData:
    """The host's."""
    metadata = sa.MetaData()
    sa.Table("account", metadata, sa.Column("id", sa.Integer, primary_key=True))
    return metadata


@pytest.fixture
def connection(metadata: sa.MetaData) -> Iterator[sa.Connection]:
    """To a database that has our tables, the host's, and one that the host has forgotten."""
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection:
        migrations.upgrade(connection)
        metadata.create_all(connection)
        connection.execute(sa.text("CREATE TABLE forgotten (id INTEGER PRIMARY KEY)"))
        yield connection
    engine.dispose()


def _revision(connection: sa.Connection, metadata: Any, **options: Any) -> str:
    options["target_metadata"] = metadata
    script = produce_migrations(MigrationContext.configure(connection, opts=options), metadata)
    assert script.upgrade_ops is not None
    return render_python_code(script.upgrade_ops)


def test_what_else_the_models_do_not_know_is_still_dropped(
    connection: sa.Connection, metadata: sa.MetaData
) -> None:
    revision = _revision(connection, metadata, **leave_iptv_tables_alone())
    assert "drop_table('forgotten')" in revision
    assert "iptv_" not in revision
    assert "account" not in revision


def test_our_tables_are_not_created_again_where_the_models_know_them(
    connection: sa.Connection, metadata: sa.MetaData
) -> None:
    both = [metadata, Base.metadata]
    assert "iptv_" not in _revision(connection, both, **leave_iptv_tables_alone())


def test_our_tables_are_left_alone_in_every_schema(
    connection: sa.Connection, metadata: sa.MetaData
) -> None:
    connection.execute(sa.text("ATTACH ':memory:' AS other"))
    connection.execute(sa.text("CREATE TABLE other.iptv_users (id INTEGER PRIMARY KEY)"))
    connection.execute(sa.text("CREATE TABLE other.forgotten (id INTEGER PRIMARY KEY)"))
    revision = _revision(connection, metadata, include_schemas=True, **leave_iptv_tables_alone())
    assert "drop_table('forgotten', schema='other')" in revision
    assert "iptv_" not in revision


def test_a_table_of_the_host_that_refers_to_ours_is_its_own(connection: sa.Connection) -> None:
    metadata = sa.MetaData()
    key: sa.Column[int] = sa.Column("id", sa.Integer, primary_key=True)
    viewer: sa.Column[int] = sa.Column("viewer_id", sa.ForeignKey(User.__table__.c.id))
    account = sa.Table("buyer", metadata, key, viewer)
    filters = leave_iptv_tables_alone(include_name=lambda name, *_: name != "forgotten")
    revision = _revision(connection, metadata, **filters)
    assert "create_table('buyer'" in revision
    assert "['iptv_users.id']" in revision
    assert "table('iptv_" not in revision
    account.create(connection)
    assert "iptv_" not in _revision(connection, metadata, **filters)


def test_filters_of_the_hosts_own_still_count(
    connection: sa.Connection, metadata: sa.MetaData
) -> None:
    named = leave_iptv_tables_alone(include_name=lambda name, kind, parents: name != "forgotten")
    assert "forgotten" not in _revision(connection, metadata, **named)
    sa.Table("unmanaged", metadata, sa.Column("id", sa.Integer, primary_key=True))

    def include_object(thing: Any, name: str, kind: str, reflected: bool, other: Any) -> bool:
        return name != "unmanaged"

    assert "create_table('unmanaged'" in _revision(connection, metadata, **named)
    both = leave_iptv_tables_alone(include_object=include_object)
    revision = _revision(connection, metadata, **both)
    assert "unmanaged" not in revision
    assert "drop_table('forgotten')" in revision
