"""What becomes of viewers whose token is not ours: other backends, then the default."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from ..errors import Unavailable
from ..sessions import Event
from .answers import Answers
from .facts import Facts
from .play import Decision, Play
from .rules import Refused
from .upstreams import Upstreams, Verdict

#: Refusals after which a token may still be another backend's.
NOT_OURS = frozenset({"unknown_token", "bad_signature", "channel_unknown"})


class Outcome(NamedTuple):
    """What the backends make of a stranger: a verdict, or why there is none."""

    verdict: Verdict | None
    outage: Unavailable | None = None


class Strangers:
    """Decides on viewers whom neither a rule nor a user nor a signed link identifies.

    :param allowed: whether ``allow default`` lets in whom the backends don't know either.
    """

    def __init__(self, upstreams: Upstreams, answers: Answers, allowed: bool) -> None:
        self._upstreams, self._answers, self.allowed = upstreams, answers, allowed

    def includes(self, refused: Refused) -> bool:
        """Whether a refusal is of somebody whom nobody here knows."""
        return refused.viewer is None and (
            refused.reason in NOT_OURS or refused.reason == "no_token"
        )

    def may_be_known(self, play: Play, facts: Facts, refused: Refused) -> bool:
        """Whether the backends are to be asked: for a token, and not when a session ends."""
        return (
            bool(self._upstreams.backends)
            and not _is_disabled(facts)
            and refused.reason in NOT_OURS
            and play.event is not Event.CLOSE
        )

    def lets_in(self, facts: Facts) -> bool:
        """Whether ``allow default`` lets in whom nobody knows."""
        return self.allowed and not _is_disabled(facts)

    def decide(self, play: Play, facts: Facts, refused: Refused, now: datetime) -> Decision:
        """Decide.

        :raises Unavailable: if it depends on backends that do not answer.
        """
        outcome = Outcome(None)
        if self.may_be_known(play, facts, refused):
            try:
                outcome = Outcome(self._upstreams.ask(play, stream_of(play, facts), now))
            except Unavailable as outage:
                outcome = Outcome(None, outage)
        return self.conclude(outcome, facts, refused)

    def look(self, play: Play, facts: Facts, now: datetime) -> Outcome:
        """Ask the backends and remember nothing."""
        try:
            return Outcome(self._upstreams.look(play, stream_of(play, facts), now))
        except Unavailable as outage:
            return Outcome(None, outage)

    def conclude(self, outcome: Outcome, facts: Facts, refused: Refused) -> Decision:
        """Make a decision of what the backends say.

        :raises Unavailable: if it depends on backends that do not answer.
        """
        verdict = outcome.verdict
        if verdict is not None and verdict.allowed:
            return Decision(None, verdict.duration, upstream=verdict.passed)
        if self.lets_in(facts):
            return self._answers.allow_anybody()
        if outcome.outage is not None:
            raise outcome.outage
        if verdict is not None:
            return Decision("upstream_denied", verdict.duration)
        return self._answers.deny(refused.reason)


def _is_disabled(facts: Facts) -> bool:
    # Nobody plays what is switched off here.
    return facts.channel is not None and not facts.channel.enabled


def stream_of(play: Play, facts: Facts) -> str:
    """The stream's name, as far as it is known."""
    if play.stream is not None:
        return play.stream
    return facts.channel.name if facts.channel is not None else (play.path or "").strip("/")
