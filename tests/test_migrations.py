"""Our own history of tables, on every database."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from flask import Flask

from flask_iptv import database, migrations, users
from flask_iptv.errors import SchemaError
from flask_iptv.models import Base
from tests.real.workers import Workers, working
from tests.statements import statements

# What one of several processes does: upgrade each database that it is told of.
PROCESS = """
import sys
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from flask_iptv import IPTV, database

for line in sys.stdin:
    app = Flask("host")
    app.config.update(SQLALCHEMY_DATABASE_URI=line.strip(), IPTV_AUTH_SECRET="only-for-tests")
    db = SQLAlchemy(app)
    app.register_blueprint(IPTV(), url_prefix="/tv")
    with app.app_context():
        print("ready", flush=True)
        sys.stdin.readline()
        try:
            database.upgrade_schema()
        except Exception as error:
            print(repr(error), flush=True)
        else:
            print("upgraded", flush=True)
        db.engine.dispose()
"""


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    """Three processes, which take longer to start than to upgrade each of the databases."""
    with working(PROCESS, ["first", "second", "third"]) as workers:
        yield workers


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
def migrated(request: pytest.FixtureRequest, make_app: Callable[..., Flask]) -> Flask:
    url = None if request.param == "sqlite" else request.getfixturevalue(f"{request.param}_url")
    return make_app(url)


def test_models_and_history_agree(migrated: Flask) -> None:
    with migrated.app_context():
        assert migrations.drift(database.current().connection()) == []


def test_an_empty_database_gets_what_the_revisions_come_to(migrated: Flask) -> None:
    with migrated.app_context():
        at_once = _described(database.current().connection())
        command.downgrade(migrations._config(database.current().connection()), "base")
        assert _described(database.current().connection()) == {}
        command.upgrade(migrations._config(database.current().connection()), "head")
        assert _described(database.current().connection()) == at_once
    assert "iptv_users" in at_once


def _described(connection: sa.Connection) -> dict[str, Any]:
    """All that a database knows of our tables, but for the order of their columns."""
    inspector = sa.inspect(connection)
    described: dict[str, Any] = {}
    for name in set(inspector.get_table_names()) - {migrations.VERSION_TABLE}:
        columns = {
            column["name"]: {**column, "type": column["type"].compile(connection.dialect)}
            for column in inspector.get_columns(name)
        }
        parts = (
            *inspector.get_indexes(name),
            *inspector.get_foreign_keys(name),
            *inspector.get_unique_constraints(name),
            *inspector.get_check_constraints(name),
            inspector.get_pk_constraint(name),
        )
        rows = connection.scalar(sa.select(sa.func.count()).select_from(sa.table(name)))
        described[name] = (columns, sorted(map(repr, parts)), _words(connection, name), rows)
    return described


def _words(connection: sa.Connection, name: str) -> list[str]:
    """What SQLite was told, as reflection leaves out AUTOINCREMENT and the like."""
    if connection.dialect.name != "sqlite":
        return []
    told = connection.execute(
        sa.text("SELECT sql FROM sqlite_master WHERE tbl_name = :name"), {"name": name}
    )
    return sorted(re.findall(r"\w+", " ".join(sql or "" for (sql,) in told)))


def test_an_empty_database_gets_our_tables_and_no_other_at_once() -> None:
    # As a host's model does that is made on our base.
    sa.Table("account", Base.metadata, sa.Column("id", sa.Integer, primary_key=True))
    engine = sa.create_engine("sqlite://")
    try:
        with engine.begin() as connection, statements() as sent:
            migrations.upgrade(connection)
            assert migrations.is_current(connection)
            assert not sa.inspect(connection).has_table("account")
    finally:
        Base.metadata.remove(Base.metadata.tables["account"])
        engine.dispose()
    assert not [statement for statement in sent if "ALTER" in statement], "no revision was walked"


def test_a_half_made_database_takes_the_revisions(migrated: Flask) -> None:
    with migrated.app_context():
        command.downgrade(migrations._config(database.current().connection()), "0002")
        database.session().commit()
        database.upgrade_schema()
        database.require_schema()
        assert migrations.drift(database.current().connection()) == []


def test_upgrading_again_keeps_everything(migrated: Flask) -> None:
    with migrated.app_context():
        users.create(name="bob")
        database.session().commit()
        database.upgrade_schema()
        assert users.by_name("bob").name == "bob"


def test_the_history_goes_back_too(migrated: Flask) -> None:
    with migrated.app_context():
        connection = database.current().connection()
        command.downgrade(migrations._config(connection), "base")
        database.session().commit()
        tables = sa.inspect(database.current().connection()).get_table_names()
        assert tables == ["iptv_alembic_version"]
        with pytest.raises(SchemaError, match="flask iptv upgrade"):
            database.require_schema()


def test_upgrades_at_the_same_moment_wait_for_each_other(migrated: Flask) -> None:
    with migrated.app_context():
        command.downgrade(migrations._config(database.current().connection()), "base")
        database.session().commit()
    barrier = Barrier(3)

    def upgrade(number: int) -> None:
        with migrated.app_context():
            barrier.wait()
            database.upgrade_schema()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(upgrade, range(3)))
    with migrated.app_context():
        database.require_schema()


def test_upgrades_of_several_processes_wait_for_each_other(
    migrated: Flask, workers: Workers
) -> None:
    with migrated.app_context():
        command.downgrade(migrations._config(database.current().connection()), "base")
        # Nothing is left, so that the first of them makes all tables at once.
        database.session().execute(sa.text(f"DROP TABLE {migrations.VERSION_TABLE}"))
        database.session().commit()
    workers.tell(migrated.config["SQLALCHEMY_DATABASE_URI"])
    assert workers.say() == ["ready"] * 3
    workers.tell("go")
    assert workers.say() == ["upgraded"] * 3
    with migrated.app_context():
        database.require_schema()


def test_tables_of_the_host_are_none_of_our_business(migrated: Flask) -> None:
    with migrated.app_context():
        database.current().connection().execute(sa.text("CREATE TABLE account (id INT)"))
        assert migrations.drift(database.current().connection()) == []
