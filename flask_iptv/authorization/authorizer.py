"""From a question to its answer: what is known, the rules, and a slot of the user's limit."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from math import ceil

from ..config import Settings
from ..errors import Unavailable
from ..sessions import Admission, Device, Event, Store
from .play import Decision, Play
from .reader import FactReader
from .rules import OF_THE_USER, Grant, Refused, Viewer, check
from .running import Running

#: Seconds after ``IPTV_AUTH_DURATION`` in which a session may still be heard of.
SLACK = 30


class Authorizer:
    """Answers for one app, in any thread and without an app context.

    :param facts: reads what the database knows.
    :param store: gives the session store.
    """

    def __init__(self, settings: Settings, facts: FactReader, store: Callable[[], Store]) -> None:
        self._settings = settings
        self._facts = facts
        self._store = store
        self._lease = settings.auth_duration + SLACK
        self._replace = settings.session_policy == "replace"
        self._running = Running(timedelta(seconds=self._lease))

    def decide(self, play: Play, *, now: datetime) -> Decision:
        """Answer a question.

        While the database or the store is away, viewers who were allowed a short while ago stay
        allowed.

        :param now: UTC.
        :raises Unavailable: if a storage does not answer and the viewer is new.
        """
        play = play.tidied()
        known = None
        try:
            facts = self._facts.read(play)
        except Unavailable:
            known = self._running.facts(play, now)
            if known is None:
                raise
            facts = known
        try:
            grant = check(play, facts, self._settings, now)
        except Refused as refused:
            self._running.discard(play)
            return self._refuse(play, refused, now)
        if play.event is Event.CLOSE:
            self._running.discard(play)
            device = _device(play, grant.viewer)
            self._store().end(device, play.server_session, now=now, bytes=play.bytes)
            return self._allow(grant.viewer, now)
        try:
            reason = self._store().admit(self._wish(play, grant), now=now)
        except Unavailable:
            if self._running.facts(play, now) is None:
                raise
            return self._allow(grant.viewer, now)
        if reason is not None:
            self._running.discard(play)
            user = grant.viewer.user
            return Decision(reason, self._settings.deny_duration, user.id if user else None)
        if known is None:
            self._running.add(play, facts, now)
        return self._allow(grant.viewer, now)

    def _allow(self, viewer: Viewer, now: datetime) -> Decision:
        user, duration = viewer.user, self._settings.auth_duration
        # An answer that outlived the right to watch would let the stream run on after its end.
        for end in (viewer.link_ends_at, user.expires_at if user is not None else None):
            if end is not None:
                duration = max(1, min(duration, ceil((end - now).total_seconds())))
        if user is None:
            return Decision(None, duration)
        return Decision(None, duration, user.id, user.max_sessions)

    def _refuse(self, play: Play, refused: Refused, now: datetime) -> Decision:
        duration = self._settings.deny_duration
        if refused.viewer is None:
            return Decision(refused.reason, duration)
        # Without a session's id the device may well be watching something else, which it keeps.
        if play.server_session is not None or refused.reason in OF_THE_USER:
            # A slot that is not freed now is free after its lease; the refusal stands.
            with suppress(Unavailable):
                device = _device(play, refused.viewer)
                self._store().end(device, play.server_session, now=now, bytes=play.bytes)
        user = refused.viewer.user
        return Decision(refused.reason, duration, user.id if user else None)

    def _wish(self, play: Play, grant: Grant) -> Admission:
        user = grant.viewer.user
        return Admission(
            _device(play, grant.viewer),
            grant.channel.id,
            play.event,
            play.server_session,
            play.protocol,
            user.max_sessions if user is not None else None,
            self._replace,
            play.lease or self._lease,
            self._settings.deny_duration,
            play.bytes,
        )


def _device(play: Play, viewer: Viewer) -> Device:
    if viewer.user is not None:
        return Device(viewer.user.id, play.address, play.user_agent)
    # A store may write it down, and a link's token is a working one.
    link = hashlib.sha256((play.token or "").encode()).hexdigest()
    return Device(None, play.address, play.user_agent, link)
