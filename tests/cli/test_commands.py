"""What all commands have in common: help, exit codes, and one line for what goes wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import text

from flask_iptv import IPTV, database, migrations
from flask_iptv.cli import iptv as group
from tests.cli.runner import iptv, refusal


def leaves(command: click.Command, *words: str) -> Iterator[tuple[str, ...]]:
    if not isinstance(command, click.Group):
        yield words
        return
    for name, below in command.commands.items():
        yield from leaves(below, *words, name)


COMMANDS = sorted(leaves(group))
NEEDS_TABLES = [
    ("users", "list"),
    ("users", "add", "bob"),
    ("users", "token", "bob"),
    ("users", "disable", "bob"),
    ("users", "enable", "bob"),
    ("users", "delete", "bob", "--yes"),
    ("channels", "list"),
    ("channels", "import", "-"),
    ("sign", "ort"),
    ("channels", "sync", "main"),
    ("check", "main"),
    ("explain", "--user", "bob", "--channel", "ort"),
]


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Flask]:
    """An app whose database has no tables of ours."""
    app = Flask("host", instance_path=str(tmp_path))
    app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{tmp_path / 'host.sqlite'}"
    db = SQLAlchemy(app)
    app.register_blueprint(IPTV())
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_has_help_with_an_example(bare: Flask, command: tuple[str, ...]) -> None:
    result = iptv(bare, *command, "--help")
    assert result.exit_code == 0
    assert "Example" in result.output
    assert f"  flask iptv {' '.join(command)}" in result.output or (
        f"| flask iptv {' '.join(command)}" in result.output
    )


@pytest.mark.parametrize("command", NEEDS_TABLES, ids=" ".join)
def test_missing_tables_are_told_with_the_remedy(bare: Flask, command: tuple[str, ...]) -> None:
    said = refusal(iptv(bare, *command, typed="#EXTM3U\nhttps://media.example/ort/mpegts\n"))
    remedy = "run: flask iptv upgrade"
    assert said == f"Error: the IPTV tables are missing or out of date; {remedy}\n"


def test_upgrade_makes_the_tables_and_may_be_run_again(bare: Flask) -> None:
    for _ in range(2):
        result = iptv(bare, "upgrade")
        assert (result.exit_code, result.stdout) == (0, "The IPTV tables are up to date.\n")
    with bare.app_context():
        assert migrations.is_current(database.current().connection())
    assert iptv(bare, "users", "add", "bob").exit_code == 0


def test_tables_of_a_newer_version_are_not_touched(app: Flask) -> None:
    with app.app_context():
        database.session().execute(text("UPDATE iptv_alembic_version SET version_num = '9999'"))
        database.session().commit()
    assert "of a newer version of Flask-IPTV" in refusal(iptv(app, "upgrade"))
    with app.app_context():
        statement = text("SELECT version_num FROM iptv_alembic_version")
        assert database.session().scalar(statement) == "9999"


def test_a_database_that_fails_is_one_line_without_values(provider: Flask) -> None:
    with provider.app_context():
        database.session().execute(text("DROP TABLE iptv_user_packages"))
        database.session().commit()
    said = refusal(iptv(provider, "users", "delete", "bob", "--yes"))
    words = "the database does not answer: no such table: iptv_user_packages"
    assert said == f"Error: {words}; run: flask iptv upgrade\n"


@pytest.mark.parametrize("text", ["x" * 60_000, "\udcff"], ids=["long", "no UTF-8"])
def test_a_text_that_nothing_can_hold_is_refused_by_its_field(provider: Flask, text: str) -> None:
    assert "search: " in refusal(iptv(provider, "users", "list", "--search", text))
    assert "there is no user" in refusal(iptv(provider, "users", "disable", text))
    assert "email: " in refusal(iptv(provider, "users", "add", "new", "--email", text))


@pytest.mark.parametrize(
    "words",
    [
        ("users",),
        ("users", "add"),
        ("users", "add", "bob", "--colour", "red"),
        ("users", "paint", "bob"),
        ("sign", "ort", "--lifetime", "long"),
        ("sign", "ort", "--output", "flv"),
        ("channels", "import", "no-such-file.m3u"),
        ("channels", "import", "-", "--server", "main", "--create-servers"),
    ],
    ids=" ".join,
)
def test_a_command_typed_wrongly_exits_with_2(app: Flask, words: tuple[str, ...]) -> None:
    result = iptv(app, *words, typed="")
    assert result.exit_code == 2
    assert result.stdout == "" or words == ("users",)


def test_a_command_of_the_host_is_left_alone(make_app: Callable[..., Flask]) -> None:
    app = Flask("host")

    @app.cli.command("iptv")
    def own() -> None:
        click.echo("the host's own")

    app.register_blueprint(IPTV())
    assert iptv(app).output == "the host's own\n"


def test_two_mounts_have_one_command(app: Flask) -> None:
    app.register_blueprint(IPTV(name="second"), url_prefix="/second")
    assert iptv(app, "users", "list").exit_code == 0
