"""Our own history of tables, on every database."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import sqlalchemy as sa
from alembic import command
from flask import Flask

from flask_iptv import database, migrations, users
from flask_iptv.errors import SchemaError

# What one of several processes does: upgrade when it is told to.
PROCESS = """
import sys
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from flask_iptv import IPTV, database

app = Flask("host")
app.config.update(SQLALCHEMY_DATABASE_URI=sys.argv[1], IPTV_AUTH_SECRET="only-for-tests")
SQLAlchemy(app)
app.register_blueprint(IPTV(), url_prefix="/tv")
with app.app_context():
    print("ready", flush=True)
    sys.stdin.readline()
    database.upgrade_schema()
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def migrated(request: pytest.FixtureRequest, make_app: Callable[..., Flask]) -> Flask:
    url = None if request.param == "sqlite" else request.getfixturevalue("postgresql_url")
    return make_app(url)


def test_models_and_history_agree(migrated: Flask) -> None:
    with migrated.app_context():
        assert migrations.drift(database.current().connection()) == []


def test_drift_is_noticed(migrated: Flask) -> None:
    with migrated.app_context():
        database.current().connection().execute(sa.text("ALTER TABLE iptv_users ADD surplus INT"))
        assert migrations.drift(database.current().connection()) != []


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


def test_upgrades_of_several_processes_wait_for_each_other(migrated: Flask) -> None:
    with migrated.app_context():
        command.downgrade(migrations._config(database.current().connection()), "base")
        database.session().commit()
    url = migrated.config["SQLALCHEMY_DATABASE_URI"]
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", PROCESS, url],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for _ in range(3)
    ]
    try:
        for process in processes:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        for process in processes:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        said = [process.communicate()[0] for process in processes]
    finally:
        for process in processes:
            process.kill()
            process.communicate()
    assert [process.returncode for process in processes] == [0, 0, 0], said
    with migrated.app_context():
        database.require_schema()


def test_tables_of_the_host_are_none_of_our_business(migrated: Flask) -> None:
    with migrated.app_context():
        database.current().connection().execute(sa.text("CREATE TABLE account (id INT)"))
        assert migrations.drift(database.current().connection()) == []
