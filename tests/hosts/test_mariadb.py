"""A host whose database is MariaDB: what it says and does otherwise than the others."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from threading import Event

import pytest
import sqlalchemy as sa
from alembic import command
from flask import Flask
from sqlalchemy.orm import Session

from flask_iptv import channels, database, migrations, numbering, users
from flask_iptv.errors import NotFound
from flask_iptv.lent import Lent
from flask_iptv.models import Attendance, Base, Channel, Refusals, User
from flask_iptv.upserts import add_missing, add_up
from tests.admin.browser import Browser
from tests.admin.test_pages import pages
from tests.conftest import furnish
from tests.hosts.test_hosts import walk_the_whole_line
from tests.old_users import old_user
from tests.real.mariadb import MariaDB
from tests.sessions.test_limit import wait_longer

SEARCHED = ("users", "packages", "channels", "servers")
NOUNS = (*SEARCHED, "sessions", "history")
MOMENT = datetime(2126, 1, 1, 12, 30, 15, 987_654, tzinfo=timezone.utc)


@pytest.fixture
def app(make_app: Callable[..., Flask], mariadb_tables_url: str) -> Flask:
    return make_app(mariadb_tables_url)


def ask(app: Flask, **query: str) -> int:
    known = {"name": "ort", "token": "eves-token", "ip": "192.0.2.1", "session_id": "a"}
    return app.test_client().get("/tv/auth", query_string=known | query).status_code


@pytest.mark.parametrize("name", ["mysql", "mariadb"])
def test_the_whole_line(make_app: Callable[..., Flask], mariadb_url: str, name: str) -> None:
    app = make_app(mariadb_url.replace("mysql", name, 1))
    walk_the_whole_line(app)
    with app.app_context():
        assert migrations.drift(database.current().connection()) == []


def test_every_page_and_list_shows(provider: Flask) -> None:
    assert ask(provider) == 200
    provider.extensions["iptv"].tick()
    browser = Browser(provider)
    for address in pages(provider, "/tv"):
        browser.open(address)
        assert browser.status == 200, address
    for noun in NOUNS:
        for query in ("", "?limit=1", "?search=e" if noun in SEARCHED else ""):
            answer = provider.test_client().get(f"/tv/api/{noun}{query}", headers=browser.headers)
            assert answer.status_code == 200, (noun, query)
            assert answer.json, noun


def test_tokens_and_names_are_compared_letter_by_letter(app: Flask) -> None:
    with app.app_context():
        channels.create(name="ort")
        old_user(name="José", key="abc")
        old_user(name="jose", key="ABC", enabled=False)
        old_user(name="smile 😀", key="third")
        database.session().commit()
        assert users.by_name("smile 😀").key == "third"
        for name in ("JOSE", "José ", "josé", "jose\t"):
            with pytest.raises(NotFound):
                users.by_name(name)
    statuses = [ask(app, token=token) for token in ("abc", "ABC", "Abc", "abc ", "åbc", "third")]
    assert statuses == [200, 403, 403, 403, 403, 200]
    assert ask(app, token="abc", name="ORT") == 403
    client = app.test_client()
    found = [client.get(f"/tv/my/{token}").status_code for token in ("abc", "Abc", "abc%20")]
    assert found == [200, 404, 404]


def test_times_keep_the_parts_of_a_second(app: Flask) -> None:
    with app.app_context():
        users.create(name="bob", expires_at=MOMENT)
        database.session().commit()
        assert database.session().scalars(sa.select(User.expires_at)).one() == MOMENT


def test_numbers_are_added_and_what_is_there_stays(app: Flask) -> None:
    tables = Base.metadata.tables
    with app.app_context(), database.current().engine().begin() as connection:
        for times in (2, 5):
            rows = [{"minute": 1, "reason": "a", "times": times}]
            add_up(connection, tables["iptv_refusals"], rows, ["times"])
            row = {"minute": 1, "sessions": times}
            add_missing(connection, tables["iptv_attendance"], row)
        assert connection.execute(sa.select(Refusals.times)).scalar_one() == 7
        assert connection.execute(sa.select(Attendance.sessions)).scalar_one() == 2


def test_a_question_survives_that_its_connection_is_closed(
    provider: Flask, mariadb: MariaDB
) -> None:
    assert ask(provider) == 200
    mariadb.disconnect(provider.config["SQLALCHEMY_DATABASE_URI"])
    # About another viewer: those who watch already go on while the database is away.
    assert ask(provider, token="bobs-token") == 200


def test_work_that_a_deadlock_has_undone_is_begun_anew(
    provider: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    wait_longer(monkeypatch.setattr)
    with provider.app_context():
        engine = database.current().engine()
    tries, mine, others = list[Lent](), Event(), Event()
    lock = "SELECT id FROM iptv_channels WHERE name = %s FOR UPDATE"
    write = sa.update(Channel).values(number=7)

    def work(lent: Lent) -> None:
        tries.append(lent)
        lent.begin()
        lent.cursor.execute(lock, ("ort",))
        mine.set()
        assert others.wait(60)
        lent.cursor.execute(lock, ("sport/espn hd",))
        lent.commit()

    def write_more() -> None:
        with Session(engine) as session:
            # Whoever has written less is undone.
            session.execute(sa.update(User).values(comment="written"))
            session.execute(write.where(Channel.name == "sport/espn hd"))
            assert mine.wait(60)
            others.set()
            session.execute(write.where(Channel.name == "ort"))
            session.commit()

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(write_more)
        provider.extensions["iptv"].connections.ask(work)
        writing.result()
    assert len(tries) == 2


def test_who_has_seen_what_others_have_changed_since_is_told_so(
    provider: Flask,
) -> None:
    with provider.app_context():
        engine = database.current().engine()
        # As a newer MariaDB does unless told otherwise.
        database.session().execute(sa.text("SET innodb_snapshot_isolation = ON"))
        channel = channels.get("ort")
        with engine.begin() as another:
            another.execute(sa.update(Channel).values(number=7))
        with pytest.raises(sa.exc.OperationalError) as caught:
            numbering.place(channel, 1)
        assert database.is_same_moment(caught.value)


def test_an_upgrade_that_fails_lets_the_next_one_begin(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrations, "_MYSQL_PATIENCE", 0)
    with app.app_context():
        engine = database.current().engine()
    with engine.connect() as connection, engine.connect() as another:
        with monkeypatch.context() as broken:
            broken.setattr(command, "upgrade", lambda *args: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                migrations.upgrade(connection)
        migrations.upgrade(another)


def test_tables_that_were_made_with_another_charset_are_brought_up_to_date(
    make_app: Callable[..., Flask], mariadb_url: str
) -> None:
    engine = sa.create_engine(mariadb_url)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"ALTER DATABASE {engine.url.database} CHARACTER SET latin1")
        command.upgrade(migrations._config(connection), "0004")
        connection.exec_driver_sql(
            "INSERT INTO iptv_users (name, `key`, enabled, allowed_networks, by_packages,"
            " created_at, updated_at) VALUES ('José', 'abc', 1, '[]', 0, now(), now())"
        )
    engine.dispose()
    app = make_app(mariadb_url)
    with app.app_context():
        assert users.by_name("José").key == "abc"
        old_user(name="😀", key="ABC", expires_at=MOMENT)
        database.session().commit()
        assert users.by_name("😀").expires_at == MOMENT
        assert migrations.drift(database.current().connection()) == []


def test_a_table_that_the_host_converts_lets_nobody_in_with_a_token_like_another(
    make_app: Callable[..., Flask], mariadb_url: str
) -> None:
    app = make_app(mariadb_url)
    with app.app_context():
        furnish()
        change = (
            "ALTER TABLE iptv_users CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci"
        )
        database.session().execute(sa.text(change))
        database.session().commit()
    assert [ask(app, token=token) for token in ("eves-token", "Eves-token")] == [200, 403]
