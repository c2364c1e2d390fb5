"""Deleting a user while the user's question is being answered."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event as Signal

import sqlalchemy as sa
from flask import Flask

from flask_iptv import channels, database, users
from tests.patience import LIMIT

QUERY = {"name": "ort", "token": "bobs-token", "ip": "192.0.2.1"}
#: How often it is looked whether the deletion waits, a hundredth of a second apart.
LOOKS = 100 * LIMIT


def test_it_takes_its_locks_in_the_order_of_a_question(
    make_app: Callable[..., Flask], postgresql_tables_url: str
) -> None:
    app = make_app(postgresql_tables_url)
    with app.app_context():
        channels.create(name="ort")
        users.create(name="bob", key="bobs-token")
        database.session().commit()
        engine = database.session().get_bind()
    assert app.test_client().get("/tv/auth", query_string=QUERY).status_code == 200

    def delete() -> None:
        with app.app_context():
            users.delete(users.by_name("bob"))
            database.session().commit()

    assert isinstance(engine, sa.Engine)
    with ThreadPoolExecutor(1) as pool:
        with engine.begin() as question:
            question.execute(sa.text("SELECT id FROM iptv_users FOR UPDATE"))
            deletion = pool.submit(delete)
            wait_for_a_waiter(engine)
            # A deadlock if the deletion held the sessions while it waits for the user.
            question.execute(sa.text("SELECT id FROM iptv_sessions FOR UPDATE NOWAIT"))
        deletion.result()
    with app.app_context():
        assert users.page().count == 0


def wait_for_a_waiter(engine: sa.Engine) -> None:
    """Return once somebody waits for a lock in this database."""
    waiting = sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    for _ in range(LOOKS):
        with engine.connect() as look:
            if look.scalar(waiting):
                return
        Signal().wait(0.01)
    raise AssertionError("the deletion did not wait for the question")
