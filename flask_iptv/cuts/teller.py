"""Telling media servers to end sessions, in the background and until it is done."""

from __future__ import annotations

import logging
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Event, Lock, Thread
from typing import NamedTuple, cast

import sqlalchemy as sa

from .. import forks
from ..connections import Connections
from ..errors import Unavailable
from ..fetching import Fetcher, FetchError
from ..lent import Lent
from ..management import (
    Access,
    CannotCut,
    LoginRefused,
    ManagementError,
    NotManageable,
    Watcher,
    manage,
)
from ..models import Cut, Server, utcnow
from ..phrases import mark

log = logging.getLogger("flask_iptv")

_CUTS, _SERVERS = cast(sa.Table, Cut.__table__), cast(sa.Table, Server.__table__)

#: Seconds from one attempt to the next; after the last one it is given up.
PAUSES = (2, 10, 60, 300)
#: Seconds after which another process may try, if the one that began has died.
CLAIM = 60
SERVERS_AT_ONCE = 8
_LONGEST_OUTCOME = 500

_Result = tuple[bool, str]


class _Job(NamedTuple):
    """A session to be ended, and the server that plays it, if that is still known."""

    id: int
    due_at: datetime
    attempts: int
    server_session: str | None
    protocol: str | None
    address: str | None
    stream: str | None
    server: str | None
    kind: str | None
    api_url: str | None
    username: str | None
    password: str | None


class Teller:
    """Tells the servers of one app, one session after the other.

    :param fetcher: asks them, where they may be asked.
    """

    def __init__(self, connections: Connections, fetcher: Fetcher) -> None:
        self._connections = connections
        self._fetcher = fetcher
        self._begin()
        forks.forget_in_children(self)

    def _begin(self) -> None:
        self._starting = Lock()
        self._stop = Event()
        self._thread: Thread | None = None

    def tick(self, now: datetime) -> None:
        """See whether a server is to be told something, and have it told in a thread.

        :raises Unavailable: if the database does not answer.
        """
        if not self._connections.ask(lambda lent: _is_any_due(lent, now)):
            return
        with self._starting:
            if self._thread is None or not self._thread.is_alive():
                self._thread = Thread(target=self._work, name="iptv-cuts", daemon=True)
                self._thread.start()

    def tell_due(self, now: datetime) -> None:
        """Tell what is due, each session once.

        :param now: UTC.
        :raises Unavailable: if the database does not answer.
        """
        by_server: dict[str | None, list[_Job]] = {}
        for job in self._due(now):
            by_server.setdefault(job.server, []).append(job)
        if by_server:
            # A slow server keeps only its own viewers waiting.
            with ThreadPoolExecutor(min(SERVERS_AT_ONCE, len(by_server)), "iptv-cut") as pool:
                told = [pool.submit(self._tell_one, jobs, now) for jobs in by_server.values()]
            for future in told:
                future.result()

    def _tell_one(self, jobs: list[_Job], now: datetime) -> None:
        """Tell one server; a round may take a while, and the time goes on."""
        began = time.monotonic()
        silent = None
        for job in jobs:
            passed = timedelta(seconds=time.monotonic() - began)
            if self._stop.is_set() or not self._claim(job, now + passed):
                continue
            result: _Result | str
            if silent is not None:
                result = silent
            else:
                result, is_silent = self._tell(job)
                if is_silent and isinstance(result, str):
                    # The others of this server would only wait as long, or use its patience up.
                    silent = result
            passed = timedelta(seconds=time.monotonic() - began)
            self._keep(job, result, now + passed)

    def close(self) -> None:
        """Wait for the session that is being told; what is left is told after the next start."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
        self._begin()

    def forget(self) -> None:
        """Begin anew in a process that was forked; a thread does not come along."""
        self._begin()

    def _work(self) -> None:
        try:
            self.tell_due(utcnow())
        except Unavailable as outage:
            log.warning("media servers are told later to cut viewers: %s", outage)
        except Exception:
            # Whatever it is must not keep the other servers from being told at the next tick.
            log.exception("a media server can't be told to cut a viewer")

    def _due(self, now: datetime) -> list[_Job]:
        with self._connections.transaction() as connection:
            rows = connection.execute(_DUE, {"now": now}).all()
        return [_Job._make(row) for row in rows]

    def _claim(self, job: _Job, now: datetime) -> bool:
        mine = (_CUTS.c.id == job.id) & (_CUTS.c.due_at == job.due_at)
        values = {"due_at": now + timedelta(seconds=CLAIM), "attempts": job.attempts + 1}
        with self._connections.transaction() as connection:
            return connection.execute(sa.update(_CUTS).where(mine).values(values)).rowcount > 0

    def _tell(self, job: _Job) -> tuple[_Result | str, bool]:
        """Give the result, or why it has to be tried again; and whether the server is silent."""
        if job.stream is None:
            return (False, mark("the channel was deleted meanwhile")), False
        if job.server is None or job.kind is None:
            return (False, mark("the channel was on no server, or its server was deleted")), False
        watcher = Watcher(job.stream, job.server_session, job.protocol, job.address)
        if job.api_url is None and job.kind != "proxy":
            why = f"the server {job.server} has no address of its API, so it can't be told"
            return (False, why), False
        access = Access(job.kind, job.api_url or "", job.username, job.password)
        try:
            return (True, manage(access, self._fetcher).cut(watcher)), False
        except (CannotCut, NotManageable) as error:
            return (False, str(error)), False
        except (FetchError, LoginRefused) as error:
            return str(error), True
        except ManagementError as error:
            return str(error), False

    def _keep(self, job: _Job, result: _Result | str, now: datetime) -> None:
        due_at = None
        if isinstance(result, str):
            done, outcome = False, result
            if job.attempts < len(PAUSES):
                due_at = now + timedelta(seconds=PAUSES[job.attempts])
            else:
                outcome = f"given up: {result}"
        else:
            done, outcome = result
        values = {"due_at": due_at, "done": done, "outcome": outcome[:_LONGEST_OUTCOME]}
        with self._connections.transaction() as connection:
            connection.execute(sa.update(_CUTS).where(_CUTS.c.id == job.id).values(values))


_DUE = (
    sa.select(
        *(_CUTS.c.id, _CUTS.c.due_at, _CUTS.c.attempts, _CUTS.c.server_session),
        *(_CUTS.c.protocol, _CUTS.c.address, _CUTS.c.stream),
        *(_SERVERS.c.name, _SERVERS.c.kind, _SERVERS.c.api_url),
        *(_SERVERS.c.api_username, _SERVERS.c.api_password),
    )
    .select_from(_CUTS.outerjoin(_SERVERS, _SERVERS.c.id == _CUTS.c.server_id))
    .where(_CUTS.c.due_at <= sa.bindparam("now", type_=_CUTS.c.due_at.type))
    .order_by(_CUTS.c.due_at, _CUTS.c.id)
    .limit(500)
)


def _is_any_due(lent: Lent, now: datetime) -> bool:
    due = sa.bindparam("now", type_=_CUTS.c.due_at.type)
    statement = lent.prepared(
        "any cut due", lambda: sa.select(_CUTS.c.id).where(_CUTS.c.due_at <= due).limit(1)
    )
    return bool(statement.rows(lent.cursor, {"now": now}))
