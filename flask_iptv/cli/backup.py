"""``flask iptv backup``."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import with_appcontext

from .. import database
from ..backup import back_up
from .command import Command


@click.command(cls=Command)
@click.argument("file", type=click.Path())
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
@with_appcontext
def backup(file: str, force: bool) -> None:
    """Copy the SQLite database into FILE, while the site runs.

    All tables of the database are in the copy, those of your site too, but for the sessions that
    are open. It is checked before it gets its name, and only you may read it: tokens are in it.
    What else to keep, how to restore it, and PostgreSQL and MariaDB: docs/backup.md.

    \b
    Examples:
      flask iptv backup /var/backups/iptv.backup
      flask iptv backup --force /var/backups/iptv.backup
    """
    # An empty one, which is refused by now, would be the folder itself as a path.
    made = back_up(database.current().engine(), Path(file), force=force)
    counted = ", ".join(f"{noun}: {count}" for noun, count in made.counts.items())
    click.echo(f"{file} has been made and checked. {counted[:1].upper()}{counted[1:]}.")
    if made.others:
        click.echo(f"The tables of your site are in it too: {made.others}.")
    click.echo("Open sessions are left out.")
