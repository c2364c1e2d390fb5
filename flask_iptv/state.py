"""What one app has of us, shared by all its mounts."""

from __future__ import annotations

import logging
import threading
import weakref
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from flask import has_request_context

from . import forks, sessions
from .attendance import Meter
from .authorization import Authorizer, FactReader, Publishing
from .config import Settings
from .connections import Connections
from .cuts import Teller
from .database import Database
from .errors import Unavailable
from .fetching import Fetcher
from .mediaservers import Door, Endpoint
from .models import utcnow
from .recorder import Recorder
from .said import Said
from .sessions import EndedSession, Store

log = logging.getLogger("flask_iptv")

#: Seconds between two looks at what is due.
TICK = 1.0


class State:
    """Kept in ``app.extensions["iptv"]``.

    :param folder: for files that have no better place: the app's instance folder.
    """

    #: The door before Flask, once it is open.
    door: Door | None = None
    #: Called when a media server asks for the first time.
    first_asked: Callable[[], None] | None = None
    #: Introduces us to the host's other extensions for as long as the app lives.
    neighbours: object = None

    def __init__(self, settings: Settings, database: Database, folder: Path) -> None:
        self.settings = settings
        self.database = database
        self.connections = Connections(database.engine)
        self.recorder = Recorder(self.connections, settings.history_days)
        self.fetcher = Fetcher(settings.fetch_networks)
        self.teller = Teller(self.connections, self.fetcher)
        self.meter = Meter(self.connections, self.store)
        self.authorizer = Authorizer(settings, FactReader(self.connections), self.store)
        self.endpoint = Endpoint(
            settings,
            self.authorizer,
            Publishing(settings, self.connections),
            self._start_ticking,
            self.meter.refused,
        )
        self._folder = folder
        self._store: Store | None = None
        self._said = Said(log)
        self._begin()
        forks.forget_in_children(self)

    def _begin(self) -> None:
        self._opening = threading.Lock()
        self._stop = threading.Event()
        self._ticking: threading.Thread | None = None

    def store(self) -> Store:
        """The session store, opened when it is first needed.

        :raises Unavailable: if the database does not answer.
        """
        return self._store or self._opened()

    def _opened(self) -> Store:
        with self._opening:
            if self._store is None:
                self._store = sessions.open_store(
                    self.settings.session_store,
                    self.connections,
                    self._folder,
                    self._remember,
                )
            return self._store

    def _remember(self, ended: Sequence[EndedSession]) -> None:
        self.recorder.remember(ended)
        if self._ticking is None:
            # A command, or a process that has pages only: nobody would write it later.
            try:
                self.recorder.flush(utcnow())
            except Unavailable as outage:
                log.warning("ended sessions are not in the history yet: %s", outage)
            if has_request_context():
                # Media servers that have asked before a restart may not ask again for hours.
                self._begin_ticking()

    def _start_ticking(self) -> None:
        if self._ticking is None:
            self._begin_ticking()
        if self.first_asked is not None:
            hear, self.first_asked = self.first_asked, None
            hear()

    def _begin_ticking(self) -> None:
        with self._opening:
            if self._ticking is None:
                stop = self._stop
                # An app that nobody closed, as those of tests, ends its thread when it is gone.
                mine = weakref.ref(self, lambda gone: stop.set())
                self._ticking = threading.Thread(
                    target=_tick_on, args=(mine, stop), name="iptv", daemon=True
                )
                self._ticking.start()

    def tick(self) -> None:
        """Do what is due; called about once a second by a thread of its own."""
        now = utcnow()
        works = (
            *(self._tick_store, self.recorder.flush, self.meter.count, self.meter.measure),
            *(self.teller.tick, self.recorder.sweep),
        )
        for work in works:
            try:
                work(now)
            except Unavailable as outage:
                self._said.once_a_minute("sessions and their history can't be kept: %s", outage)
            except Exception:
                log.exception("sessions and their history can't be kept")

    def _tick_store(self, now: datetime) -> None:
        self.store().tick(now)

    def close(self) -> None:
        """Write what is waiting, end our threads and let go of everything that we have opened.

        A database in memory stays, and a later question opens the rest again.
        """
        self._stop.set()
        if self._ticking is not None:
            self._ticking.join()
        self.teller.close()
        self.authorizer.close()
        try:
            if self._store is not None:
                self._store.close()
                self.recorder.flush(utcnow())
            self.meter.flush(utcnow())
        except Unavailable as outage:
            log.warning("the last moment of the sessions is lost: %s", outage)
        finally:
            self._store = None
            self.connections.close()
            self.database.close()
            self._begin()

    def forget(self) -> None:
        """Begin anew in a process that was forked; a thread does not come along."""
        self._begin()
        self._store = None


def _tick_on(state: weakref.ref[State], stop: threading.Event) -> None:
    while not stop.wait(TICK):
        mine = state()
        if mine is None:
            return
        mine.tick()
        del mine
