"""``flask iptv upgrade``."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from .. import database
from .command import Command

#: What to do about tables that are not as the migrations leave them.
REMEDY = (
    "All migrations have been run, so something else has changed the tables. Undo that with the "
    "tools of the database, or restore a backup, and run again: flask iptv upgrade"
)


@click.command(cls=Command)
@click.pass_context
@with_appcontext
def upgrade(ctx: click.Context) -> None:
    """Create the IPTV tables, or bring them up to date.

    Run it once after the installation and after every update. It touches no table but those
    whose name starts with iptv_, and does nothing if they are up to date. Exits with 1 if the
    tables are not as this version needs them all the same.

    \b
    Example:
      flask iptv upgrade
    """
    database.upgrade_schema()
    drift = database.schema_drift()
    if drift:
        for words in drift:
            click.echo(f"Error: {words}", err=True)
        click.echo(REMEDY, err=True)
        ctx.exit(1)
    click.echo("The IPTV tables are up to date.")
