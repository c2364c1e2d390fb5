"""The dry run: what would be answered, and each rule that was looked at on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from ..phrases import Phrase
from ..sessions import Event, OpenSession, Selection, Store
from . import sentences
from .answers import Answers
from .facts import Facts
from .local_rules import LocalRule, LocalRules
from .play import Decision, Play
from .reader import FactReader
from .rules import Grant, Refused, Rules
from .strangers import Outcome, Strangers

#: Sessions of a user that are looked at.
MOST = 1000


@dataclass(frozen=True)
class Step:
    """One rule that was looked at.

    :param outcome: ``passed``, ``refused``, ``allowed`` or ``skipped``.
    :param text: a sentence for a site owner, without tokens.
    """

    rule: str
    outcome: str
    text: str


@dataclass(frozen=True)
class Explanation:
    """A decision, and every rule on the way to it, in order."""

    decision: Decision
    steps: tuple[Step, ...]


class Explainer:
    """Walks the tables that the :class:`Authorizer` walks, and writes nothing."""

    def __init__(
        self,
        local: LocalRules,
        rules: Rules,
        strangers: Strangers,
        answers: Answers,
        facts: FactReader,
        store: Callable[[], Store],
        replace: bool,
    ) -> None:
        self._local, self._rules, self._strangers = local, rules, strangers
        self._answers, self._facts, self._store = answers, facts, store
        self._replace = replace

    def explain(self, play: Play, now: datetime, ask_upstream: bool) -> Explanation:
        """Explain; see :meth:`Authorizer.explain`."""
        steps: list[Step] = []
        decision = self._decide(play, now, ask_upstream, steps)
        return Explanation(decision, tuple(steps))

    def _decide(self, play: Play, now: datetime, ask_upstream: bool, steps: list[Step]) -> Decision:
        for rule in self._local.table if play.event is not Event.CLOSE else ():
            steps.append(_local_step(rule, play))
            if steps[-1].outcome == "allowed":
                return self._answers.allow_anybody()
            if steps[-1].outcome == "refused":
                return self._answers.deny(rule.reason or "")
        facts = self._facts.read_anew(play)
        try:
            grant = self._check(play, facts, now, steps)
        except Refused as refused:
            if self._strangers.includes(refused):
                return self._decide_on_stranger(play, facts, refused, now, ask_upstream, steps)
            return self._answers.deny(refused.reason, refused.viewer)
        reason, limit = self._limit(play, grant, now)
        steps.append(limit)
        if reason is not None:
            return self._answers.deny(reason, grant.viewer)
        return self._answers.allow(grant.viewer, now)

    def _check(self, play: Play, facts: Facts, now: datetime, steps: list[Step]) -> Grant:
        try:
            viewer = self._rules.identify(play, facts, now)
        except Refused as refused:
            text = sentences.of_token(refused.reason, refused.__cause__)
            steps.append(Step("token", "refused", text))
            raise
        steps.append(Step("token", "passed", sentences.of_viewer(facts, viewer.link_ends_at)))
        for rule in self._rules.table:
            if rule.of_users and viewer.user is None:
                steps.append(Step(rule.name, "skipped", Phrase("a signed link belongs to no user")))
                continue
            reason = rule.refuses(play, viewer.user, facts.channel, now)
            outcome = "passed" if reason is None else "refused"
            steps.append(Step(rule.name, outcome, rule.tell(play, facts, reason)))
            if reason is not None:
                raise Refused(reason, viewer)
        return self._rules.check(play, facts, now)

    def _decide_on_stranger(
        self,
        play: Play,
        facts: Facts,
        refused: Refused,
        now: datetime,
        ask_upstream: bool,
        steps: list[Step],
    ) -> Decision:
        strangers = self._strangers
        outcome = Outcome(None)
        if strangers.may_be_known(play, facts, refused):
            if ask_upstream:
                outcome = strangers.look(play, facts, now)
            steps.append(_upstream_step(outcome, ask_upstream))
        if strangers.lets_in(facts) and steps[-1].outcome != "allowed":
            steps.append(
                Step("default", "allowed", Phrase("'allow default' lets everybody else in"))
            )
        return strangers.conclude(outcome, facts, refused)

    def _limit(self, play: Play, grant: Grant, now: datetime) -> tuple[str | None, Step]:
        user = grant.viewer.user
        if user is None:
            text = Phrase("a signed link has no limit of sessions")
            return None, Step("sessions", "skipped", text)
        if play.event is Event.CLOSE:
            text = Phrase("the end of a session takes no slot")
            return None, Step("sessions", "skipped", text)
        name, most = user.name, user.max_sessions
        if most is None:
            text = Phrase("%(user)s has no limit of sessions", user=name)
            return None, Step("sessions", "passed", text)
        wanted = Selection(user_id=user.id, sort="opened_at")
        taken = self._store().select(wanted, limit=max(MOST, most), now=now)
        if any(_goes_on(play, grant, session) for session in taken):
            text = Phrase(
                "this device has one of the %(most)s slots of %(user)s and keeps it",
                most=most,
                user=name,
            )
            return None, Step("sessions", "passed", text)
        surplus = len(taken) - most + 1
        slots = Phrase(
            "%(taken)s of the %(most)s slots of %(user)s are taken",
            taken=len(taken),
            most=most,
            user=name,
        )
        if surplus <= 0:
            return None, Step("sessions", "passed", slots)
        if not self._replace or play.event is Event.UPDATE:
            return "too_many_sessions", Step("sessions", "refused", slots)
        cut = ", ".join(_words(session) for session in taken[:surplus])
        text = Phrase(
            "%(slots)s; by IPTV_SESSION_POLICY this would end what was opened first: %(cut)s",
            slots=slots,
            cut=cut,
        )
        return None, Step("sessions", "passed", text)


def _local_step(rule: LocalRule, play: Play) -> Step:
    if rule.absent is not None:
        text = Phrase("'%(rule)s' is not evaluated: %(why)s", rule=rule.shown, why=rule.absent)
        return Step(rule.name, "skipped", text)
    if not rule.matches(play):
        return Step(rule.name, "passed", Phrase("'%(rule)s' does not match", rule=rule.shown))
    outcome = "allowed" if rule.reason is None else "refused"
    return Step(rule.name, outcome, Phrase("'%(rule)s' matches", rule=rule.shown))


def _upstream_step(outcome: Outcome, asked: bool) -> Step:
    verdict = outcome.verdict
    if not asked:
        text = Phrase("the token is not ours, so the upstream backends would be asked")
        return Step("upstream", "skipped", text)
    if verdict is None:
        why = outcome.outage.message if outcome.outage is not None else ""
        return Step("upstream", "skipped", why)
    if verdict.allowed:
        text = Phrase(
            "an upstream backend allows it for %(seconds)s seconds", seconds=verdict.duration
        )
        return Step("upstream", "allowed", text)
    return Step("upstream", "refused", Phrase("no upstream backend allows it"))


def _goes_on(play: Play, grant: Grant, session: OpenSession) -> bool:
    if (session.address, session.user_agent) == (play.address, play.user_agent):
        return True
    # A phone that moved to another network: another address, the same session.
    return (
        play.event is Event.UPDATE
        and play.server_session is not None
        and session.server_session == play.server_session
        and session.channel_id == grant.channel.id
    )


def _words(session: OpenSession) -> str:
    agent = session.user_agent or "an unknown player"
    return f"{agent} at {session.address or 'an unknown address'}"
