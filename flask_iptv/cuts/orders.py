"""The orders to cut somebody that are due, and writing down what became of them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import NamedTuple, cast

import sqlalchemy as sa

from ..connections import Connections
from ..lent import Lent
from ..models import Cut, Server
from ..redaction import hides

_CUTS, _SERVERS = cast(sa.Table, Cut.__table__), cast(sa.Table, Server.__table__)

#: Seconds from one attempt to the next; after the last one it is given up.
PAUSES = (2, 10, 60, 300)
#: Seconds after which another process may try, if the one that began has died.
CLAIM = 60
#: Orders that are read at once.
MOST = 500
_LONGEST_OUTCOME = 500

#: Whether it is done and what is told of it, or why it has to be tried again.
Result = tuple[bool, str] | str


@hides("api_url", "password")
class Order(NamedTuple):
    """A session to be ended, and the server that plays it, if that is still known."""

    id: int
    due_at: datetime
    attempts: int
    server_session: str | None
    protocol: str | None
    address: str | None
    stream: str | None
    server_id: int | None
    server: str | None
    kind: str | None
    api_url: str | None
    username: str | None
    password: str | None


class Orders:
    """Those of one site, which several processes may carry out."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def are_due(self, now: datetime) -> bool:
        """Whether any is due.

        :raises Unavailable: if the database does not answer.
        """
        return self._connections.ask(lambda lent: _is_any_due(lent, now))

    def due(self, now: datetime, *, but: Collection[int]) -> list[Order]:
        """Read those that are due, the oldest first and not more than :data:`MOST`.

        :param but: ids of servers whose orders are left out.
        :raises Unavailable: if the database does not answer.
        """
        statement = _DUE.where(_CUTS.c.due_at <= now)
        if but:
            here = _SERVERS.c.id.is_(None) | _SERVERS.c.id.not_in(list(but))
            statement = statement.where(here)
        with self._connections.transaction() as connection:
            return [Order._make(row) for row in connection.execute(statement)]

    def claim(self, order: Order, now: datetime) -> bool:
        """Keep other processes off for a while; ``False`` if one of them was quicker."""
        mine = (_CUTS.c.id == order.id) & (_CUTS.c.due_at == order.due_at)
        values = {"due_at": now + timedelta(seconds=CLAIM), "attempts": order.attempts + 1}
        with self._connections.transaction() as connection:
            return connection.execute(sa.update(_CUTS).where(mine).values(values)).rowcount > 0

    def keep(self, order: Order, result: Result, now: datetime) -> None:
        """Write down what became of it."""
        due_at = None
        if isinstance(result, str):
            done, outcome = False, result
            if order.attempts < len(PAUSES):
                due_at = now + timedelta(seconds=PAUSES[order.attempts])
            else:
                outcome = f"given up: {result}"
        else:
            done, outcome = result
        values = {"due_at": due_at, "done": done, "outcome": outcome[:_LONGEST_OUTCOME]}
        with self._connections.transaction() as connection:
            connection.execute(sa.update(_CUTS).where(_CUTS.c.id == order.id).values(values))


_DUE = (
    sa.select(
        *(_CUTS.c.id, _CUTS.c.due_at, _CUTS.c.attempts, _CUTS.c.server_session),
        *(_CUTS.c.protocol, _CUTS.c.address, _CUTS.c.stream),
        *(_SERVERS.c.id, _SERVERS.c.name, _SERVERS.c.kind, _SERVERS.c.api_url),
        *(_SERVERS.c.api_username, _SERVERS.c.api_password),
    )
    .select_from(_CUTS.outerjoin(_SERVERS, _SERVERS.c.id == _CUTS.c.server_id))
    .order_by(_CUTS.c.due_at, _CUTS.c.id)
    .limit(MOST)
)


def _is_any_due(lent: Lent, now: datetime) -> bool:
    due = sa.bindparam("now", type_=_CUTS.c.due_at.type)
    statement = lent.prepared(
        "any cut due", lambda: sa.select(_CUTS.c.id).where(_CUTS.c.due_at <= due).limit(1)
    )
    return bool(statement.rows(lent.cursor, {"now": now}))
