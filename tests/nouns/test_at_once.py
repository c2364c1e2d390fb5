"""Several who change the same at once: each change is whole, and nobody sees a fault."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from threading import Barrier, Thread
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from flask_iptv import channels, database, numbering, packages
from flask_iptv.channel_import import plan_playlist
from flask_iptv.errors import Conflict
from flask_iptv.models import Channel, Package, package_channels
from flask_iptv.phrases import Phrase

PLAYLIST = "#EXTM3U\n" + "".join(
    f"#EXTINF:-1,C{number}\nhttps://media.example/c{number}/index.m3u8\n" for number in range(400)
)


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
def site(request: pytest.FixtureRequest, make_app: Callable[..., Flask]) -> Flask:
    """An app with thirty channels in a row and a package, on each database."""
    url = (
        None
        if request.param == "sqlite"
        else request.getfixturevalue(f"{request.param}_tables_url")
    )
    options: dict[str, Any] = {}
    if request.param == "mariadb":
        # Newer ones refuse what older ones let a transaction do that has seen what is gone.
        options["connect_args"] = {"init_command": "SET innodb_snapshot_isolation = OFF"}
    app = make_app(url, SQLALCHEMY_ENGINE_OPTIONS=options)
    with app.app_context():
        for number in range(30):
            channels.create(name=f"m{number}", number=100 + number)
        packages.create(name="basic")
        database.session().commit()
    return app


def at_once(app: Flask, threads: int, act: Callable[[int], None]) -> list[BaseException]:
    """Let several act, each in an app context of its own; gives what they raised."""
    begin, raised = Barrier(threads), list[BaseException]()

    def run(which: int) -> None:
        try:
            with app.app_context():
                begin.wait()
                act(which)
        except BaseException as error:
            raised.append(error)

    running = [Thread(target=run, args=(which,)) for which in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    return raised


def test_moves_leave_each_channel_its_own_number(site: Flask) -> None:
    def move(which: int) -> None:
        for step in range(6):
            moved = channels.get(f"m{(which * 7 + step) % 30}")
            if step % 2:
                numbering.place(moved, 100)
            else:
                numbering.put_after(moved, channels.get("m15"))
            database.session().commit()

    assert at_once(site, 5, move) == []
    with site.app_context():
        numbers = database.session().scalars(sa.select(Channel.number)).all()
    assert len(set(numbers)) == 30


def test_a_move_starts_from_where_the_others_have_left_it(site: Flask) -> None:
    with site.app_context():
        moved = channels.get("m0")
        assert moved.number == 100
        # What a transaction has read may be old before it holds the lock.
        database.session().commit()
        assert moved.number == 100
        with Session(database.current().engine()) as another:
            another.execute(sa.update(Channel).where(Channel.name == "m0").values(number=500))
            another.commit()
        numbering.place(moved, 102)
        assert [channels.get(f"m{number}").number for number in range(4)] == [102, 101, 103, 104]


def test_imports_into_one_package_put_each_channel_in_once(site: Flask) -> None:
    with site.app_context():
        plan_playlist(PLAYLIST.encode()).carry_out()
        database.session().commit()

    def join(which: int) -> None:
        with suppress(Conflict):
            plan_playlist(PLAYLIST.encode(), package="basic").carry_out()
            database.session().commit()

    assert at_once(site, 4, join) == []
    with site.app_context():
        assert packages.count_channels([packages.get("basic").id]) == {1: 400}


def test_a_package_that_is_deleted_before_an_import_is_done_is_said(site: Flask) -> None:
    with site.app_context():
        plan = plan_playlist(PLAYLIST.encode(), package="basic")
        another = database.current().engine()
        # The tables of SQLite are held by the servers that the plan has made.
        database.session().commit()
        package = packages.get("basic")
        assert package.id
        with another.begin() as connection:
            connection.execute(sa.delete(Package).where(Package.id == 1))
        with pytest.raises(Conflict, match="another change at the same moment") as caught:
            plan.carry_out()
        assert isinstance(caught.value.problems[0].message, Phrase), "said in every language"
        assert database.current().connection().execute(sa.select(package_channels)).all() == []
