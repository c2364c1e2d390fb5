"""Who was allowed to watch a short while ago, for the time in which a storage is away."""

from __future__ import annotations

from datetime import datetime, timedelta
from threading import Lock
from typing import NamedTuple

from .facts import Facts
from .play import Play

#: Seconds after an answer's duration in which a viewer may still be heard of.
SLACK = 30

#: Viewers remembered; with more, those who came first are forgotten.
MOST = 200_000

_Key = tuple[str | None, str | None, str | None]


class _Allowed(NamedTuple):
    facts: Facts
    at: datetime


class Running:
    """Viewers whom this process has allowed, each with what was known then.

    Used only while the database or the session store is away: who is watching goes on watching,
    by the rules as they were, and who comes anew has to wait.

    :param grace: for how long after the last allow.
    """

    def __init__(self, grace: timedelta) -> None:
        self._grace = grace
        self._allowed: dict[_Key, _Allowed] = {}
        self._writing = Lock()

    def add(self, play: Play, facts: Facts, now: datetime) -> None:
        """Remember a viewer who was allowed."""
        allowed = self._allowed
        if len(allowed) >= MOST:
            with self._writing:
                for key in list(allowed)[: MOST // 10]:
                    allowed.pop(key, None)
        allowed[_key(play)] = _Allowed(facts, now)

    def discard(self, play: Play) -> None:
        """Forget a viewer who was refused or has left."""
        self._allowed.pop(_key(play), None)

    def facts(self, play: Play, now: datetime) -> Facts | None:
        """What was known of a viewer who goes on with the same channel; else ``None``."""
        found = self._allowed.get(_key(play))
        if found is None or not timedelta(0) <= now - found.at <= self._grace:
            return None
        channel = found.facts.channel
        return found.facts if channel is not None and channel.covers(play) else None


def _key(play: Play) -> _Key:
    return play.token, play.address, play.user_agent
