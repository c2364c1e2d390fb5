"""``flask iptv upgrade``."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from .. import database
from .command import Command


@click.command(cls=Command)
@with_appcontext
def upgrade() -> None:
    """Create the IPTV tables, or bring them up to date.

    Run it once after the installation and after every update. It touches no table but those
    whose name starts with iptv_, and does nothing if they are up to date.

    \b
    Example:
      flask iptv upgrade
    """
    database.upgrade_schema()
    click.echo("The IPTV tables are up to date.")
