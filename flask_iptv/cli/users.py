"""``flask iptv users …``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import click

from .. import database, lineup
from .. import users as verbs
from ..models import User, utcnow
from .access import show_access, user_facts
from .command import Commands
from .listing import every, show_table

users = Commands("users", help="The viewers: who they are and what they may watch.")

_STATES = {None: "active", "disabled": "disabled", "not_started": "not started",
           "expired": "expired", "rule_unreadable": "unreadable"}  # fmt: skip


@users.command("add")
@click.argument("name")
@click.option("--email", metavar="ADDRESS")
@click.option(
    "--key", metavar="TOKEN", help="The token, of 8 or more characters; made when absent."
)
@click.option("--max-sessions", metavar="NUMBER", help="Devices at once; unlimited when absent.")
@click.option(
    "--package",
    "packages",
    multiple=True,
    metavar="NAME",
    help="May be repeated; without any it is as IPTV_WITHOUT_PACKAGES says.",
)
@click.option("--no-packages", is_flag=True, help="Nothing to watch, until a package is given.")
@click.option("--starts-at", metavar="TIME", help="UTC, such as '2027-01-31' or with '18:30'.")
@click.option("--expires-at", metavar="TIME", help="UTC.")
@click.option("--network", "allowed_networks", multiple=True, metavar="CIDR",
              help="Where to watch from, such as 192.0.2.0/24; may be repeated.")  # fmt: skip
@click.option("--comment", metavar="TEXT")
@click.option("--json", "as_json", is_flag=True, help="Print the user as JSON.")
def add(as_json: bool, no_packages: bool, **given: Any) -> None:
    """Add a user; print the token and the addresses of the playlists.

    \b
    Example:
      flask iptv users add bob --max-sessions 2 --package basic --expires-at '2027-01-31 18:30'
    """
    if no_packages and given["packages"]:
        raise click.UsageError("--package and --no-packages exclude each other")
    fields = {field: value for field, value in given.items() if value not in (None, ())}
    if no_packages:
        fields["packages"] = []
    user = verbs.create(**fields)
    database.commit()
    show_access(user, as_json=as_json)


@users.command("list")
@click.option("--search", default="", metavar="TEXT", help="In the name, e-mail or comment.")
@click.option("--package", metavar="NAME", help="Only users who have this package.")
@click.option("--enabled/--disabled", default=None, help="Only these.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per line.")
def show_list(search: str, package: str | None, enabled: bool | None, as_json: bool) -> None:
    """List users, ordered by name.

    \b
    Example:
      flask iptv users list --package basic --enabled
    """
    found = every(verbs.page, sort="name", search=search, package=package, enabled=enabled)
    if as_json:
        for user in found:
            click.echo(json.dumps(user_facts(user)))
        return
    header = ("NAME", "STATE", "SESSIONS", "EXPIRES (UTC)", "PACKAGES", "E-MAIL")
    show_table(header, _rows(found))


def _rows(found: Iterator[User]) -> Iterator[tuple[object, ...]]:
    for user in found:
        ends = f"{user.expires_at:%Y-%m-%d %H:%M}" if user.expires_at else None
        yield user.name, _state(user), user.max_sessions, ends, _packages(user), user.email


def _packages(user: User) -> str:
    names = ", ".join(package.name for package in user.packages)
    return names or ("(nothing)" if lineup.open_to(user) == "none" else "(every channel)")


def _state(user: User) -> str:
    return _STATES[verbs.refusal(user, utcnow())]


@users.command("disable")
@click.argument("name")
def disable(name: str) -> None:
    """Stop a user from watching, until enabled again.

    \b
    Example:
      flask iptv users disable bob
    """
    verbs.update(verbs.by_name(name), enabled=False)
    database.commit()
    click.echo(f"{name} is disabled.")


@users.command("enable")
@click.argument("name")
def enable(name: str) -> None:
    """Let a user watch again.

    \b
    Example:
      flask iptv users enable bob
    """
    user = verbs.update(verbs.by_name(name), enabled=True)
    database.commit()
    state = _state(user)
    click.echo(f"{name} is enabled" + (f", but {state}." if state != "active" else "."))


@users.command("token")
@click.argument("name")
@click.option("--new", is_flag=True, help="Make a new one; the old one ends at once.")
@click.option("--yes", is_flag=True, help="Don't ask.")
@click.option("--json", "as_json", is_flag=True, help="Print the user as JSON.")
def token(name: str, new: bool, yes: bool, as_json: bool) -> None:
    """Show a user's token and the addresses of the playlists.

    \b
    Examples:
      flask iptv users token bob
      flask iptv users token bob --new
    """
    user = verbs.by_name(name)
    if new:
        _confirm(f"Make a new token for {name}? Playlists with the old one stop working.", yes)
        verbs.rotate_key(user)
        database.commit()
    show_access(user, as_json=as_json)


@users.command("delete")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Don't ask.")
def delete(name: str, yes: bool) -> None:
    """Delete a user and end the user's sessions.

    \b
    Example:
      flask iptv users delete bob
    """
    user = verbs.by_name(name)
    _confirm(f"Delete {name}? The token is lost for ever.", yes)
    verbs.delete(user)
    database.commit()
    click.echo(f"{name} is deleted.")


def _confirm(question: str, yes: bool) -> None:
    if not yes:
        click.confirm(question, abort=True, err=True)
