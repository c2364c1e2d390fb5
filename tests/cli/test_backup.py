"""A backup is whole, whoever writes meanwhile, and a site that is restored from it is the same."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from flask_iptv import IPTV, channels, database, users
from flask_iptv.models import Session
from tests.cli.runner import iptv, refusal
from tests.conftest import furnish
from tests.patience import LIMIT
from tests.real.postgresql import PostgreSQL, client_program

QUESTION = {"name": "ort", "token": "bobs-token", "ip": "192.0.2.1"}
DOCS = Path(__file__).parents[2] / "docs" / "backup.md"


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Callable[[str], Flask]]:
    """Makes sites whose database is our own file in a folder."""
    made = []

    def make(folder: str) -> Flask:
        app = Flask("host", instance_path=str(tmp_path / folder))
        app.config["IPTV_SESSION_STORE"] = "sql:"
        app.register_blueprint(IPTV(), url_prefix="/tv")
        made.append(app)
        return app

    yield make
    for app in made:
        app.extensions["iptv"].close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "iptv.backup"


@pytest.fixture(autouse=True)
def folder(file: Path) -> None:
    file.parent.mkdir()


def test_a_backup_that_was_made_while_others_write_is_restored(
    own: Callable[[str], Flask], file: Path, tmp_path: Path
) -> None:
    site = own("site")
    with site.app_context():
        furnish()
        database.commit()
    assert site.test_client().get("/tv/auth", query_string=QUESTION).status_code == 200
    is_over, has_begun = threading.Event(), threading.Event()

    def write() -> None:
        number = 0
        while not is_over.is_set():
            with site.app_context():
                # Two that are there together, or not at all.
                users.create(name=f"user-{number}")
                channels.create(name=f"channel-{number}")
                database.commit()
            number += 1
            has_begun.set()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert has_begun.wait(LIMIT)
        for _ in range(3):
            result = iptv(site, "backup", "--force", str(file))
            assert (result.exit_code, result.stderr) == (0, "")
    finally:
        is_over.set()
        writer.join()
    assert f"{file} has been made and checked. Users: " in result.stdout
    assert [one.name for one in file.parent.iterdir()] == [file.name]
    assert file.stat().st_mode & 0o777 == 0o600

    restored = own("restored")
    (tmp_path / "restored").mkdir()
    shutil.copy(file, tmp_path / "restored" / "iptv.sqlite")
    assert iptv(restored, "upgrade").exit_code == 0
    with restored.app_context():
        assert users.by_name("bob").max_sessions == 1
        assert channels.get("ort").title == "ORT"
        count = sa.func.count()
        session = database.session()
        assert session.scalar(sa.select(count).select_from(Session)) == 0
        tables = ("iptv_users", "iptv_channels")
        there = [session.scalar(sa.select(count).select_from(sa.table(name))) for name in tables]
        assert there[0] == there[1] != 2
    answer = restored.test_client().get("/tv/auth", query_string=QUESTION)
    assert answer.status_code == 200


def test_everything_may_be_in_the_wal(
    own: Callable[[str], Flask], file: Path, tmp_path: Path
) -> None:
    site = own("site")
    with site.app_context():
        furnish()
        database.commit()
        source = tmp_path / "site" / "iptv.sqlite"
        # What a copy of the one file is.
        copied = tmp_path / "copied.sqlite"
        shutil.copy(source, copied)
        with sqlite3.connect(copied) as connection:
            assert connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
        connection.close()
        assert iptv(site, "backup", str(file)).exit_code == 0
    with sqlite3.connect(file) as connection:
        assert connection.execute("SELECT name FROM iptv_users").fetchall() == [("bob",), ("eve",)]
    connection.close()


def test_the_tables_of_the_host_are_in_it(provider: Flask, file: Path) -> None:
    with provider.app_context():
        for statement in ("CREATE TABLE account (name TEXT)", "INSERT INTO account VALUES ('ann')"):
            database.session().execute(sa.text(statement))
        database.commit()
    result = iptv(provider, "backup", str(file))
    assert result.stdout == (
        f"{file} has been made and checked. Users: 2, channels: 2, packages: 1, servers: 1.\n"
        "The tables of your site are in it too: 1.\nOpen sessions are left out.\n"
    )
    with sqlite3.connect(file) as connection:
        assert connection.execute("SELECT * FROM account").fetchall() == [("ann",)]
    connection.close()


def test_what_is_there_is_not_overwritten(provider: Flask, file: Path, tmp_path: Path) -> None:
    file.write_text("last week's")
    assert "replace it with --force" in refusal(iptv(provider, "backup", str(file)))
    assert file.read_text() == "last week's"
    assert iptv(provider, "backup", "--force", str(file)).exit_code == 0
    assert file.read_bytes().startswith(b"SQLite format 3")
    source = tmp_path / "host.sqlite"
    for name in (source, f"{source}-wal", f"{source}.iptv-sessions"):
        said = refusal(iptv(provider, "backup", "--force", str(name)))
        assert "is a file of the database itself" in said
    assert "is a folder; name a file" in refusal(iptv(provider, "backup", str(tmp_path)))
    said = refusal(iptv(provider, "backup", str(tmp_path / "nowhere" / "file")))
    assert f"there is no folder {tmp_path / 'nowhere'}" in said


def test_a_damaged_database_gives_no_backup(provider: Flask, file: Path, tmp_path: Path) -> None:
    file.write_text("last week's")
    with provider.app_context():
        engine = database.current().engine()
        engine.dispose()
    source = tmp_path / "host.sqlite"
    with source.open("r+b") as damaged:
        damaged.seek(4096 * 4)
        damaged.write(os.urandom(4096 * 6))
    said = refusal(iptv(provider, "backup", "--force", str(file)))
    assert "damaged" in said or "malformed" in said
    assert file.read_text() == "last week's"
    assert [one.name for one in file.parent.iterdir()] == [file.name]


@pytest.mark.parametrize(
    ("url", "tool"),
    [
        ("postgresql_tables_url", "pg_dump --format=custom --exclude-table-data=iptv_sessions"),
        ("mariadb_tables_url", "mysqldump --single-transaction --result-file="),
    ],
)
def test_other_databases_have_tools_of_their_own(
    request: pytest.FixtureRequest, make_app: Callable[..., Flask], file: Path, url: str, tool: str
) -> None:
    app = make_app(request.getfixturevalue(url))
    said = refusal(iptv(app, "backup", str(file)))
    assert said.startswith("Error: the database is no SQLite file but ")
    assert tool in said
    assert not file.exists()


def test_a_database_in_memory_is_nothing_to_keep(tmp_path: Path, file: Path) -> None:
    app = Flask("host", instance_path=str(tmp_path))
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
    SQLAlchemy(app)
    app.register_blueprint(IPTV())
    assert "the database is in memory" in refusal(iptv(app, "backup", str(file)))


def test_the_documented_way_of_postgresql_restores(
    postgresql: PostgreSQL,
    postgresql_url: str,
    make_app: Callable[..., Flask],
    tmp_path: Path,
) -> None:
    app = make_app(postgresql_url, IPTV_SESSION_STORE="sql:")
    with app.app_context():
        furnish()
        database.commit()
    assert app.test_client().get("/tv/auth", query_string=QUESTION).status_code == 200
    other = postgresql.create_database()
    of_the_page = DOCS.read_text()
    for before, after in (("yourdatabase", postgresql_url), ("=restored", other)):
        of_the_page = of_the_page.replace(before, "=" * ("=" in before) + name_of(after))
    for program in ("pg_dump", "pg_restore"):
        (line,) = [one for one in of_the_page.splitlines() if f"$ {program} " in one]
        words = line.split("$ ")[1].split()
        subprocess.run(
            [client_program(program), *words[1:]],
            cwd=tmp_path,
            env={"PGHOST": str(postgresql.socket_folder), "PGUSER": "postgres", "LC_ALL": "C"},
            check=True,
        )
    restored = make_app(other, IPTV_SESSION_STORE="sql:")
    assert iptv(restored, "upgrade").exit_code == 0
    with restored.app_context():
        assert users.by_name("bob").max_sessions == 1
        assert database.session().scalar(sa.select(sa.func.count(Session.id))) == 0
        # Numbers go on where they were.
        assert users.create(name="next").id == 3
        database.session().rollback()


def name_of(url: str) -> str:
    return url.partition("@/")[2].partition("?")[0]


def test_the_database_behind_a_link_is_not_replaced(
    make_app: Callable[..., Flask], provider: Flask, tmp_path: Path
) -> None:
    link = tmp_path / "link.sqlite"
    link.symlink_to(tmp_path / "host.sqlite")
    app = make_app(f"sqlite:///{link}")
    for name in (link, tmp_path / "host.sqlite", f"{tmp_path / 'host.sqlite'}-wal"):
        said = refusal(iptv(app, "backup", "--force", str(name)))
        assert "is a file of the database itself" in said


def test_what_is_no_file_is_not_replaced(provider: Flask, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    said = refusal(iptv(provider, "backup", "--force", str(pipe)))
    assert "is no file but a device or the like" in said
    assert pipe.is_fifo()
