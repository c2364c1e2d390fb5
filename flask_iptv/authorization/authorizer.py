"""From a question to its answer: what is known, the rules, and a slot of the user's limit."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from ..config import Settings
from ..errors import Unavailable
from ..models.times import in_utc
from ..sessions import Admission, Device, Event, Store
from .answers import Answers
from .explainer import Explainer, Explanation
from .local_rules import LocalRules
from .play import Decision, Play
from .reader import FactReader
from .rules import OF_THE_USER, Grant, Refused, Rules, Viewer
from .running import SLACK, Running
from .strangers import Strangers
from .upstreams import Upstreams


class Authorizer:
    """Answers for one app, in any thread and without an app context.

    :param facts: reads what the database knows.
    :param store: gives the session store.
    :raises ConfigError: if ``IPTV_AUTH_RULES`` or ``IPTV_COUNTRY_DATABASE`` can't be used.
    """

    def __init__(self, settings: Settings, facts: FactReader, store: Callable[[], Store]) -> None:
        self._settings = settings
        self._facts = facts
        self._store = store
        self._lease = settings.auth_duration + SLACK
        self._replace = settings.session_policy == "replace"
        self._running = Running(timedelta(seconds=self._lease))
        local, rules, self._answers = LocalRules(settings), Rules(settings), Answers(settings)
        self._upstreams = Upstreams(settings)
        self._strangers = Strangers(self._upstreams, self._answers, local.allows_strangers)
        self._local, self._check, self._allow = local.active, rules.check, self._answers.allow
        self._explainer = Explainer(
            local, rules, self._strangers, self._answers, facts, store, self._replace
        )

    def decide(self, play: Play, *, now: datetime) -> Decision:
        """Answer a question.

        While the database or the store is away, viewers who were allowed a short while ago stay
        allowed.

        :param now: UTC where it has no time zone.
        :raises Unavailable: if a storage does not answer and the viewer is new, or if backends do
            not answer that may know the viewer.
        """
        play, now = play.tidied(), in_utc(now)
        for rule in self._local:
            # The end of a session is nothing to forbid, and frees its slot.
            if rule.matches(play) and play.event is not Event.CLOSE:
                if rule.reason is None:
                    return self._answers.allow_anybody()
                self._running.discard(play)
                return self._answers.deny(rule.reason)
        known = None
        try:
            facts = self._facts.read(play)
        except Unavailable:
            known = self._running.facts(play, now)
            if known is None:
                raise
            facts = known
        try:
            grant = self._check(play, facts, now)
        except Refused as refused:
            self._running.discard(play)
            if self._strangers.includes(refused):
                return self._strangers.decide(play, facts, refused, now)
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
            return self._answers.deny(reason, grant.viewer)
        if known is None:
            self._running.add(play, facts, now)
        return self._allow(grant.viewer, now)

    def explain(self, play: Play, *, now: datetime, ask_upstream: bool = False) -> Explanation:
        """Tell what :meth:`decide` would answer and why, and change nothing.

        :param now: UTC where it has no time zone.
        :param ask_upstream: ask other backends about a token that is not ours; what they said
            before is not used.
        :raises Unavailable: if a storage does not answer, or no backend that was asked.
        """
        return self._explainer.explain(play.tidied(), in_utc(now), ask_upstream)

    def tick(self, now: datetime) -> None:
        """Forget what nobody has asked about for long."""
        self._running.tick(now)
        self._facts.tick()

    def close(self) -> None:
        """End the threads that ask other backends; a later question begins new ones."""
        self._upstreams.close()

    def _refuse(self, play: Play, refused: Refused, now: datetime) -> Decision:
        viewer = refused.viewer
        # Without a session's id the device may well be watching something else, which it keeps.
        if viewer is not None and (
            play.server_session is not None or refused.reason in OF_THE_USER
        ):
            # A slot that is not freed now is free after its lease; the refusal stands.
            with suppress(Unavailable):
                device = _device(play, viewer)
                self._store().end(device, play.server_session, now=now, bytes=play.bytes)
        return self._answers.deny(refused.reason, viewer)

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
