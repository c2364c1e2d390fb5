"""Reading what the database knows, and not twice while nothing has changed."""

from __future__ import annotations

import time
from threading import Lock

from ..connections import Connections
from ..lent import Lent
from ..recent import Recent
from .facts import Facts, look_up
from .play import Play

#: Seconds for which a change made by another process may stay unseen.
EVERY = 0.05

#: Answers that are remembered, about a kilobyte each; with more, the oldest are forgotten.
MOST = 150_000
#: Seconds for which they are: a little longer than from one question of a viewer to the next.
KEPT = 300

_Key = tuple[str | None, str | None, str | None]


class FactReader:
    """Reads :class:`Facts`, as they are at this moment.

    SQLite tells for a fifth of the price of a look-up whether any other connection, in whatever
    process, has committed something since: ``PRAGMA data_version``. It is asked when this process
    has used the engine, and otherwise from time to time for the sake of other processes: asked at
    each question it makes threads wait for each other. On other databases the facts are read at
    each question.

    :param connections: to the database of our tables.
    """

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._last_use: object = None
        self._until = 0.0
        self._known: Recent[_Key, Facts] = Recent(KEPT, MOST)
        self._changes = 0
        self._changing = Lock()

    def read(self, play: Play) -> Facts:
        """Look up the user whose token was brought, and the channel that is asked for.

        :raises Unavailable: if the database does not answer.
        """
        if play.stream is None or not self._connections.tell_changes:
            return self._connections.ask(lambda lent: look_up(lent, play))
        connections, now = self._connections, time.monotonic()
        used = connections.last_use
        if used is self._last_use and connections.commit_ended_before(now) and now < self._until:
            facts = self._known.get((play.token, play.stream, play.short_name))
            if facts is not None:
                return facts
        facts = connections.ask(lambda lent: self._remembered(lent, play))
        # Only now: who comes meanwhile has to ask as well.
        self._last_use, self._until = used, now + EVERY
        return facts

    def read_anew(self, play: Play) -> Facts:
        """The same, without what is remembered, and nothing is remembered of it.

        :raises Unavailable: if the database does not answer.
        """
        return self._connections.ask(lambda lent: look_up(lent, play))

    def tick(self) -> None:
        """Forget what was not looked up for long."""
        self._known.age(time.monotonic())

    def _remembered(self, lent: Lent, play: Play) -> Facts:
        version = lent.version()
        if version != lent.seen_version:
            with self._changing:
                self._known.clear()
                self._changes += 1
            lent.seen_version = version
        key = play.token, play.stream, play.short_name
        facts = self._known.get(key)
        if facts is None:
            before = self._changes
            facts = look_up(lent, play)
            with self._changing:
                # Another thread may have seen a commit that came after this was read.
                if self._changes == before:
                    self._known.put(key, facts, time.monotonic())
        return facts
