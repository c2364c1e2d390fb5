"""Tables that are not as the models say are told of, and early ones get what they lack."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from alembic import command
from flask import Flask

from flask_iptv import channels, database, migrations
from flask_iptv.models import Base, Cut
from tests.cli.runner import iptv, refusal

#: What revisions 0002 and 0003 left out before they were edited.
EARLY = (
    "DROP INDEX ix_iptv_sessions_due_at",
    "ALTER TABLE iptv_sessions DROP COLUMN due_at",
    "CREATE INDEX ix_iptv_sessions_expires_at ON iptv_sessions (expires_at)",
    "DROP INDEX ix_iptv_channels_updated_at",
    "ALTER TABLE iptv_cuts DROP COLUMN stream",
    "ALTER TABLE iptv_cuts DROP COLUMN server_id",
)
WATCHING = """
INSERT INTO iptv_sessions (device, channel_id, opened_at, seen_at, expires_at)
VALUES ('d', 1, '2026-03-01 12:00:00', '2026-03-01 12:00:00', '2026-03-01 12:03:00')
"""
TOLD = """
INSERT INTO iptv_cuts (channel_id, asked_at, attempts, done)
VALUES (1, '2026-03-01 12:00:00', 0, false)
"""


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
def migrated(request: pytest.FixtureRequest, make_app: Callable[..., Flask]) -> Flask:
    url = None if request.param == "sqlite" else request.getfixturevalue(f"{request.param}_url")
    return make_app(url)


def run(*statements: str) -> None:
    for statement in statements:
        database.session().execute(sa.text(statement))
    database.session().commit()


def test_nothing_is_told_where_all_is_well(migrated: Flask) -> None:
    # A host may have models on our base, and tables whose names begin as ours do.
    sa.Table("account", Base.metadata, sa.Column("id", sa.Integer, primary_key=True))
    try:
        with migrated.app_context():
            run("CREATE TABLE iptv_of_the_host (id INT)", "CREATE TABLE other (id INT)")
            assert database.schema_drift() == []
        result = iptv(migrated, "upgrade")
    finally:
        Base.metadata.remove(Base.metadata.tables["account"])
    assert (result.exit_code, result.stdout) == (0, "The IPTV tables are up to date.\n")


def test_each_difference_is_told_in_words(migrated: Flask) -> None:
    with migrated.app_context():
        kind = database.current().engine().dialect.name
        of = {"mysql": " ON iptv_channels", "mariadb": " ON iptv_channels"}.get(kind, "")
        run(
            "ALTER TABLE iptv_users ADD surplus INT",
            f"DROP INDEX ix_iptv_channels_updated_at{of}",
            "CREATE INDEX of_the_host ON iptv_users (comment(9))" if of
            else "CREATE INDEX of_the_host ON iptv_users (comment)",
            "ALTER TABLE iptv_cuts DROP COLUMN stream",
            "DROP TABLE iptv_refusals",
        )  # fmt: skip
        if kind == "postgresql":
            run("ALTER TABLE iptv_users ALTER email TYPE VARCHAR(20), ALTER name DROP NOT NULL")
        elif of:
            run("ALTER TABLE iptv_users MODIFY email VARCHAR(20) COLLATE utf8mb4_bin")
    said = refusal(iptv(migrated, "upgrade"))
    for words in (
        "the column iptv_users.surplus is not one of ours",
        "the index ix_iptv_channels_updated_at of iptv_channels (updated_at) is missing",
        "the index of_the_host of iptv_users (comment) is not one of ours",
        "the column iptv_cuts.stream is missing",
        "the table iptv_refusals is missing",
    ):
        assert f"Error: {words}\n" in said
    if kind != "sqlite":
        assert "the column iptv_users.email is VARCHAR(20)" in said
        assert " instead of VARCHAR(254)" in said
    if kind == "postgresql":
        assert "Error: the column iptv_users.name must not be empty\n" in said
    assert "run again: flask iptv upgrade" in said
    assert "up to date" not in said


def test_a_check_tells_it_too(provider: Flask) -> None:
    with provider.app_context():
        run("ALTER TABLE iptv_users ADD surplus INT")
    result = iptv(provider, "check", "main", "--auth-url", "http://127.0.0.1:9/tv/auth")
    assert result.exit_code == 1
    assert "!!  The column iptv_users.surplus is not one of ours. What to do" in result.stdout


@pytest.mark.parametrize("revision", ["0003", "0006"])
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_database_of_the_early_revisions_gets_what_it_lacks(
    request: pytest.FixtureRequest, make_app: Callable[..., Flask], kind: str, revision: str
) -> None:
    app = make_app(None if kind == "sqlite" else request.getfixturevalue(f"{kind}_url"))
    with app.app_context():
        channels.create(name="ort")
        database.session().commit()
        command.downgrade(migrations._config(database.current().connection()), revision)
        database.session().commit()
        run(*EARLY, WATCHING, TOLD)
        assert database.schema_drift() != []
    result = iptv(app, "upgrade")
    assert (result.exit_code, result.stderr) == (0, "")
    with app.app_context():
        assert database.schema_drift() == []
        due = database.session().execute(sa.text("SELECT due_at, expires_at FROM iptv_sessions"))
        assert len({str(value) for value in due.one()}) == 1
        cut = database.session().scalars(sa.select(Cut)).one()
        assert (cut.stream, cut.server_id) == ("ort", None)
