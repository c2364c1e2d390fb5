"""Our own history of tables, on every database."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import sqlalchemy as sa
from alembic import command
from flask import Flask

from flask_iptv import database, migrations, users
from flask_iptv.errors import SchemaError


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


def test_tables_of_the_host_are_none_of_our_business(migrated: Flask) -> None:
    with migrated.app_context():
        database.current().connection().execute(sa.text("CREATE TABLE account (id INT)"))
        assert migrations.drift(database.current().connection()) == []
