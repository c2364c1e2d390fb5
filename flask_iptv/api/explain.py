"""``/api/explain``: what a media server would be answered, and each rule that was looked at."""

from __future__ import annotations

from typing import Any

from flask import current_app
from pydantic import Field

from .. import database
from ..authorization import Explanation
from ..explaining import ExplainFields, question
from ..fields import check
from ..models import utcnow
from .answer import Out
from .resource import Resource


class StepOut(Out):
    """A rule that was looked at."""

    rule: str
    outcome: str = Field(description="`passed`, `refused`, `allowed` or `skipped`.")
    text: str


class ExplanationOut(Out):
    """A decision and the way to it."""

    allowed: bool
    reason: str | None = Field(description="Why not, as a stable code.")
    duration: int = Field(description="Seconds for which the answer would hold.")
    steps: list[StepOut]


explaining = Resource("/explain", "explanation")


@explaining.on("POST", body=ExplainFields, answer=ExplanationOut)
def explain_play(fields: dict[str, Any]) -> ExplanationOut:
    """Explain whether somebody may watch; nothing is changed, and no session is opened."""
    checked = check(ExplainFields, fields)
    play = question(checked)
    # Backends may be asked, or a session store that is a server.
    database.commit()
    authorizer = current_app.extensions["iptv"].authorizer
    told = authorizer.explain(play, now=utcnow(), ask_upstream=checked.ask_upstream)
    return explanation_facts(told)


def explanation_facts(told: Explanation) -> ExplanationOut:
    """Word an explanation."""
    decision = told.decision
    return ExplanationOut(
        allowed=decision.allowed,
        reason=decision.reason,
        duration=decision.duration,
        steps=[StepOut(rule=s.rule, outcome=s.outcome, text=s.text) for s in told.steps],
    )
