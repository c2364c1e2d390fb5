"""``flask iptv check``."""

from __future__ import annotations

import json
from ipaddress import ip_network

import click
from flask import current_app
from flask.cli import with_appcontext

from .. import checking, config, elsewhere, servers, sessions
from ..fetching import Fetcher
from ..models import utcnow
from ..public_url import external_url
from .command import Command

# Whoever types commands on this machine can reach these addresses anyway.
_ANYWHERE = (ip_network("0.0.0.0/0"), ip_network("::/0"))

_MARKS = {True: "ok", False: "!!", None: "--"}


@click.command(cls=Command)
@click.argument("server")
@click.option("--auth-url", metavar="URL", help="Where the server asks this site; made of "
              "IPTV_PUBLIC_URL when absent.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@click.pass_context
@with_appcontext
def check(ctx: click.Context, server: str, auth_url: str | None, as_json: bool) -> None:
    """Find out what is wrong between SERVER and this site; exits with 1 if anything is.

    Asks the server's management API, and this site's own endpoint as the server would.

    \b
    Examples:
      flask iptv check main
      flask iptv check main --auth-url http://127.0.0.1:8000/tv/auth
    """
    found = servers.get(server)
    url = auth_url or external_url(checking.auth_endpoint(found.kind))
    if "://" not in url:
        raise click.UsageError(
            f"the address of {url} is not known: set IPTV_PUBLIC_URL, such as https://tv.example, "
            "or give the whole address with --auth-url"
        )
    iptv, secret = current_app.extensions["iptv"], config.current().auth_secret
    kind, access = found.kind, servers.access(found)
    with elsewhere.waiting():
        findings = [
            *checking.check_server(server, access, iptv.fetcher),
            *checking.check_endpoint(
                kind, url, Fetcher(_ANYWHERE), secret=secret, clock=iptv.clock
            ),
            # After its endpoint was asked, which makes a process that is refused say so.
            *checking.check_processes(sessions.current(), now=utcnow()),
            *checking.check_tables(),
        ]
    # What could not be checked is not wrong.
    fine = all(finding.ok is not False for finding in findings)
    if as_json:
        told = [{"ok": finding.ok, "text": finding.text} for finding in findings]
        click.echo(json.dumps({"server": server, "ok": fine, "findings": told}))
    else:
        for finding in findings:
            click.echo(f"{_MARKS[finding.ok]}  {finding.text}")
    if not fine:
        ctx.exit(1)
