"""``flask iptv sign``."""

from __future__ import annotations

import json

import click
from flask.cli import with_appcontext

from .. import channels, links
from ..api.links import LinkOut
from ..lineup import OUTPUTS
from ..models import utcnow
from .command import Command


@click.command(cls=Command)
@click.argument("channel")
@click.option("--ip", metavar="ADDRESS", help="The only address it may be played from.")
@click.option("--lifetime", type=int, default=links.LIFETIME, show_default=True,
              metavar="SECONDS", help="How long it may be played.")  # fmt: skip
@click.option("--output", type=click.Choice(OUTPUTS), default=OUTPUTS[0], show_default=True,
              help="How the stream is sent.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON, with token and times.")
@with_appcontext
def sign(channel: str, ip: str | None, lifetime: int, output: str, as_json: bool) -> None:
    """Make a link that plays CHANNEL for a while without a user.

    \b
    Example:
      flask iptv sign ort --ip 203.0.113.7 --lifetime 3600
    """
    found = channels.get(channel)
    link = links.sign(found, ip=ip, lifetime=lifetime, output=output, now=utcnow())
    if as_json:
        shown = LinkOut(
            url=link.url, token=link.token, starts_at=link.starts_at, expires_at=link.expires_at
        )
        click.echo(json.dumps(shown.model_dump(mode="json")))
        return
    click.echo(link.url)
    click.echo(f"It can be played until {link.expires_at:%Y-%m-%d %H:%M:%S} UTC.", err=True)
