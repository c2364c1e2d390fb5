"""What one app has of us, shared by all its mounts."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from flask import Flask, has_request_context

from . import config, forks, mediaservers, processes, sessions
from .attendance import Meter
from .authorization import Authorizer
from .config import Settings
from .connections import Connections
from .database import Database
from .errors import ConfigError, Unavailable
from .fetching import Fetcher
from .mediaservers import Door, Endpoint
from .models import utcnow
from .rate_limits import Limiter
from .said import Said
from .services import Services
from .sessions import EndedSession, Store
from .ticking import Ticking

log = logging.getLogger("flask_iptv")


class State:
    """Kept in ``app.extensions["iptv"]``.

    :param load: reads the settings of the moment.
    :raises ConfigError: if they can't be used.
    """

    #: The door before Flask, unless the app's middleware hides it.
    door: Door | None = None
    #: Introduces us to the host's other extensions for as long as the app lives.
    neighbours: object = None
    #: Seconds of a clock that is never set, by which a check tells what is slow.
    clock: Callable[[], float] = staticmethod(time.monotonic)

    def __init__(self, app: Flask, database: Database, load: Callable[[], Settings]) -> None:
        self._app = app
        self._load = load
        self.database = database
        self.connections = Connections(database.engine)
        self.meter = Meter(self.connections, self.store)
        self._is_alone = False
        self._store: Store | None = None
        self._said = Said(log)
        self._begin()
        #: Made at once, so that what can't be used is told when it is registered.
        self._checked = self._make(load())
        #: The same once they are used, or those of what the host has changed by then.
        self._services: Services | None = None
        self._tells_changes = False
        forks.forget_in_children(self)

    def _begin(self) -> None:
        self._opening = threading.Lock()
        self._settling = threading.Lock()
        self._ticking = Ticking(self.tick)

    def _make(self, settings: Settings) -> Services:
        sessions.check(settings.session_store)
        return Services(
            settings, self.connections, self.store, self._start_ticking, self.meter.refused
        )

    @property
    def services(self) -> Services:
        """What is made of the settings; from the first use on they stay as they are.

        :raises ConfigError: if they can't be used or, while testing or debugging, were changed
            after their first use.
        """
        services = self._in_use()
        if self._tells_changes:
            config.refuse_changes(services.settings, self._load())
        return services

    def _in_use(self) -> Services:
        return self._services or self._settled()

    def _settled(self) -> Services:
        with self._settling:
            if self._services is None:
                settings = self._load()
                if settings.bind_key != self._checked.settings.bind_key:
                    self.connections.leave()
                if settings != self._checked.settings:
                    self._checked = self._make(settings)
                # It would take time at every question, so a site that serves is told by the tick.
                self._tells_changes = self._app.testing or self._app.debug
                self._services = self._checked
            return self._services

    @property
    def settings(self) -> Settings:
        """The configuration."""
        return self.services.settings

    @property
    def fetcher(self) -> Fetcher:
        """Fetches from where it is allowed to."""
        return self.services.fetcher

    @property
    def limiter(self) -> Limiter:
        """Counts what may not be done too often."""
        return self.services.limiter

    @property
    def authorizer(self) -> Authorizer:
        """Decides who may watch."""
        return self.services.authorizer

    @property
    def endpoint(self) -> Endpoint:
        """Answers media servers."""
        return self.services.endpoint

    def at_the_door(self) -> Endpoint | None:
        """The endpoint, if it is to be asked before Flask."""
        try:
            services = self.services
        except ConfigError:
            # The view says what there is to say.
            return None
        if services.settings.auth_door != "wsgi":
            return None
        if self.door is not None and not self._tells_changes:
            self.door.endpoint = services.endpoint
        return services.endpoint

    def store(self) -> Store:
        """The session store, opened when it is first needed.

        :raises Unavailable: if the database does not answer.
        """
        return self._store or self._opened()

    def _opened(self) -> Store:
        url = self._in_use().settings.session_store
        with self._opening:
            if self._store is None:
                self._store = sessions.open_store(
                    url,
                    self.connections,
                    Path(self._app.instance_path),
                    self._remember,
                    is_alone=self._is_alone,
                )
            return self._store

    def serve_alone(self) -> None:
        """Be told, before the first question comes, that no other process serves the app."""
        self._is_alone = True
        if self._store is not None:
            self._store.close()
            self._store = None
        # Others who come nevertheless must not wait for the first question.
        self._begin_ticking()

    def _remember(self, ended: Sequence[EndedSession]) -> None:
        recorder = self._in_use().recorder
        recorder.remember(ended)
        if not self._ticking.is_on:
            # A command, or a process that has pages only: nobody would write it later.
            try:
                recorder.flush(utcnow())
            except Unavailable as outage:
                log.warning("ended sessions are not in the history yet: %s", outage)
            if has_request_context():
                # Media servers that have asked before a restart may not ask again for hours.
                self._begin_ticking()

    def _start_ticking(self) -> None:
        if not self._ticking.is_on:
            self._begin_ticking()

    def _begin_ticking(self) -> None:
        if self._ticking.start() and not processes.have_threads():
            self._said.once(processes.THREADLESS)
        if not self._app.testing:
            mediaservers.say_who_may_ask(self._in_use().settings)

    def tick(self) -> None:
        """Do what is due; called about once a second by a thread of its own."""
        now = utcnow()
        services = self._in_use()
        works = (
            *(self._tick_store, services.recorder.flush, self.meter.count, self.meter.measure),
            *(services.teller.tick, services.recorder.sweep, services.endpoint.tick),
        )
        for work in works:
            try:
                work(now)
            except Unavailable as outage:
                self._said.once_a_minute("sessions and their history can't be kept: %s", outage)
            except Exception:
                log.exception("sessions and their history can't be kept")
        try:
            config.refuse_changes(services.settings, self._load())
        except ConfigError as error:
            self._said.once_a_minute("%s", error)

    def _tick_store(self, now: datetime) -> None:
        self.store().tick(now)

    def close(self) -> None:
        """Write what is waiting, end our threads and let go of everything that we have opened.

        A database in memory stays. A later question opens the rest again, with the settings of
        that moment.
        """
        self._ticking.stop()
        services, self._services = self._checked, None
        if self.door is not None:
            self.door.endpoint = None
        services.close()
        try:
            if self._store is not None:
                self._store.close()
                services.recorder.flush(utcnow())
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
        self._is_alone = False
