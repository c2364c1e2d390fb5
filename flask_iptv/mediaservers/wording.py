"""How servers are answered that understand only yes and no."""

from __future__ import annotations

from ..authorization import Decision
from .question import Answer, Question


def refusal(decision: Decision) -> str | None:
    """Why not; ``None`` if the stream may be played.

    Where a backend would have something else played, a server that can't do that has to refuse.
    """
    upstream = decision.upstream
    if decision.allowed and upstream is not None and upstream.location is not None:
        return "this server can't play another address instead"
    return decision.reason


def by_status(question: Question, decision: Decision) -> Answer:
    """Word the decision as 200 or 403; the reason in the body is for whoever looks on."""
    reason = refusal(decision)
    return Answer(200) if reason is None else Answer(403, text=reason)
