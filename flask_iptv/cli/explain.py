"""``flask iptv explain``."""

from __future__ import annotations

import json
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext

from .. import database, explaining
from ..api.explain import ExplanationOut, explanation_facts
from ..explaining import ExplainFields
from ..fields import check
from ..models import utcnow
from .command import Command
from .listing import show_table


@click.command(cls=Command)
@click.option("--user", metavar="NAME", help="Whose token is brought.")
@click.option("--token", help="The token itself, a user's or that of a signed link.")
@click.option("--channel", required=True, metavar="NAME")
@click.option("--ip", metavar="ADDRESS", help="Where the viewer is.")
@click.option("--user-agent", metavar="TEXT", help="The viewer's player.")
@click.option("--protocol", metavar="NAME", help="Such as hls, as the media server calls it.")
@click.option("--ask-upstream", is_flag=True, help="Also ask the backends of IPTV_UPSTREAM_AUTH "
              "about a token that is not ours.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@with_appcontext
def explain(as_json: bool, **given: Any) -> None:
    """Tell whether somebody may watch, and why: each rule in turn. Nothing is changed.

    \b
    Examples:
      flask iptv explain --user bob --channel ort --ip 203.0.113.7
      flask iptv explain --token "$TOKEN" --channel ort --json
    """
    fields = check(ExplainFields, given)
    play = explaining.question(fields)
    # Backends may be asked, or a session store that is a server.
    database.commit()
    authorizer = current_app.extensions["iptv"].authorizer
    explained = authorizer.explain(play, now=utcnow(), ask_upstream=fields.ask_upstream)
    facts = explanation_facts(explained)
    if as_json:
        click.echo(json.dumps(facts.model_dump(mode="json")))
        return
    click.echo(_verdict(facts))
    show_table(("RULE", "OUTCOME", "WHY"), [(s.rule, s.outcome, s.text) for s in facts.steps])


def _verdict(facts: ExplanationOut) -> str:
    verdict = "allowed" if facts.allowed else f"refused: {facts.reason}"
    return f"{verdict}, for {facts.duration} seconds"
