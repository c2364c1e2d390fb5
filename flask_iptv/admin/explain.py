"""The page that tells whether somebody may watch, and why: each rule in turn."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, current_app, request

from .. import config, database
from ..authorization import Explanation
from ..errors import InvalidInput, Problem, Unavailable
from ..explaining import ExplainFields, question
from ..fields import check
from ..models import utcnow
from ..moments import timed
from ..words import said
from . import channel_titles, choices
from .door import routes
from .forms import Form, Value, given
from .links import SUGGESTIONS
from .pages import show
from .reasons import REASONS

_BLANK: Mapping[str, Value] = {
    "user": "",
    "token": "",
    "channel": "",
    "ip": "",
    "user_agent": "",
    "protocol": "",
    "ask_upstream": False,
}


@routes.add("/explain", methods=["GET", "POST"])
def explain() -> Response:
    asked = {name: request.args.get(name, "") for name in ("user", "channel")}
    form = Form({**_BLANK, **asked})
    explanation, near = None, ""
    if request.method == "POST":
        form = Form.sent(_BLANK)
        explanation = form.save(lambda: _explain(form))
        if explanation and explanation.decision.reason == "channel_unknown":
            near = channel_titles.near(form.text("channel"))
        # A token is shown nowhere but on its user's page.
        form.values["token"] = ""
    return show(
        "explain",
        form.status,
        form=form,
        explanation=explanation,
        near=near,
        channels=choices.channels(limit=SUGGESTIONS),
        has_upstream=bool(config.current().upstream_auth),
        reason=_reason,
        timed=timed,
    )


def _reason(code: str) -> str:
    return said(REASONS.get(code, code))


def _explain(form: Form) -> Explanation:
    fields = check(ExplainFields, given(channel_titles.with_name(form.values)))
    form.values["channel"] = fields.channel
    play = question(fields)
    # Backends may be asked, or a session store that is a server.
    database.commit()
    authorizer = current_app.extensions["iptv"].authorizer
    try:
        explanation: Explanation = authorizer.explain(
            play, now=utcnow(), ask_upstream=fields.ask_upstream
        )
        return explanation
    except Unavailable as outage:
        raise InvalidInput([Problem("", None, outage.message)]) from None
