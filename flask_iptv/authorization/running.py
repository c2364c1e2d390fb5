"""Who was allowed to watch a short while ago, for the time in which a storage is away."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple, TypeVar

from ..recent import Recent
from .facts import ChannelFacts, Facts, UserFacts
from .play import Play

#: Seconds after an answer's duration in which a viewer may still be heard of.
SLACK = 30

#: Viewers remembered, some 600 bytes each; with more, those who came first are forgotten.
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
        seconds = grace.total_seconds()
        self._allowed: Recent[_Key, _Allowed] = Recent(seconds, MOST)
        # All viewers of a channel have one, all devices of a user too.
        self._channels: Recent[int, ChannelFacts] = Recent(seconds, MOST)
        self._users: Recent[int, UserFacts] = Recent(seconds, MOST)

    def __len__(self) -> int:
        return len(self._allowed)

    def add(self, play: Play, facts: Facts, now: datetime) -> None:
        """Remember a viewer who was allowed."""
        seconds = now.timestamp()
        user, channel = facts
        if user is not None:
            user = _shared(self._users, user, seconds)
        if channel is not None:
            channel = _shared(self._channels, channel, seconds)
        if user is not facts.user or channel is not facts.channel:
            facts = Facts(user, channel)
        self._allowed.put(_key(play), _Allowed(facts, now), seconds)

    def discard(self, play: Play) -> None:
        """Forget a viewer who was refused or has left."""
        self._allowed.pop(_key(play))

    def tick(self, now: datetime) -> None:
        """Forget those of whom nothing was heard for too long."""
        for recent in (self._allowed, self._channels, self._users):
            recent.age(now.timestamp())

    def facts(self, play: Play, now: datetime) -> Facts | None:
        """What was known of a viewer who goes on with the same channel; else ``None``."""
        found = self._allowed.get(_key(play))
        if found is None or not timedelta(0) <= now - found.at <= self._grace:
            return None
        channel = found.facts.channel
        return found.facts if channel is not None and channel.covers(play) else None


_F = TypeVar("_F", UserFacts, ChannelFacts)


def _shared(known: Recent[int, _F], facts: _F, now: float) -> _F:
    """The same facts as another viewer has, if they are equal."""
    same = known.get(facts.id)
    if same is not facts and same != facts:
        same = facts
        known.put(facts.id, facts, now)
    return same or facts


def _key(play: Play) -> _Key:
    return play.token, play.address, play.user_agent
