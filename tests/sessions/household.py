"""One user's players on any of the stores, for many traces one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from flask_iptv import IPTV, channels, database, users
from flask_iptv.sessions import Store
from tests.sessions.simulator import Outcome, Simulator
from tests.sessions.traces import CHANNELS, Step


@dataclass
class Household:
    """Whose traces are played.

    :param name: of the store.
    """

    name: str
    store: Store
    user_id: int
    channel_ids: dict[str, int]
    replace: bool = False

    def replay(self, *trace: Step, limit: int | None = 1, until: float = 0) -> Outcome:
        """Play a trace with this limit and the policy of the household."""
        simulator = Simulator(self.store, self.user_id, self.channel_ids, limit, self.replace)
        return simulator.replay(trace, until=until)


@contextmanager
def move_in(name: str, request: pytest.FixtureRequest, folder: Path) -> Iterator[Household]:
    """Make an app with one of the stores, with bob and the channels of the traces.

    :param name: of the store, as tests are marked with it.
    """
    with ExitStack() as end:
        url, store = f"sqlite:///{folder / 'host.sqlite'}", "sql:"
        if name == "memory":
            store = "memory:"
        elif name == "valkey":
            valkey = request.getfixturevalue("valkey")
            store = valkey.url
            end.callback(valkey.execute, "FLUSHALL")
        elif name == "postgresql":
            server = request.getfixturevalue("postgresql")
            url = server.create_database()
            end.callback(server.drop_database, url)
        app = Flask("host", instance_path=str(folder))
        app.config.update(SQLALCHEMY_DATABASE_URI=url, IPTV_SESSION_STORE=store)
        db = SQLAlchemy(app)
        app.register_blueprint(IPTV())
        with app.app_context():
            database.upgrade_schema()
            channel_ids = {channel: channels.create(name=channel).id for channel in CHANNELS}
            user_id = users.create(name="bob", key="bobs-token").id
            database.session().commit()
            end.callback(db.engine.dispose)
        state = app.extensions["iptv"]
        end.callback(state.close)
        yield Household(name, state.store(), user_id, channel_ids)
