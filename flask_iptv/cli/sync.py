"""``flask iptv channels sync``."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from .. import channel_sync, database, elsewhere, servers
from ..api.sync import sync_facts
from ..channel_sync import Report, Told
from ..models import Server
from .command import Command

#: Names that are printed in one line.
_NAMED = 10


@click.command(cls=Command)
@click.argument("server")
@click.option("--m3u", metavar="FILE|URL", help="Read a playlist, - for standard input, in place "
              "of the server's API.")  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Only tell what would be done.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@with_appcontext
def sync(server: str, m3u: str | None, dry_run: bool, as_json: bool) -> None:
    """Make the channels of SERVER those that it has: all of it, or nothing if anything is wrong.

    New streams become channels, titles and logos follow the server, a channel whose stream is gone
    is disabled, unless the server lists only what is live. What was edited by hand stays, and so
    does a channel that was made by hand.

    \b
    Examples:
      flask iptv channels sync main --dry-run
      flask iptv channels sync main --m3u https://media.example/list.m3u
    """
    found = servers.get(server)
    only_live = m3u is None and channel_sync.lists_only_live(found)
    told = _told(found, m3u)
    plan = channel_sync.plan(servers.get(server), told, only_live=only_live)
    report = plan.report()
    if not dry_run:
        plan.carry_out()
        database.commit()
    if as_json:
        click.echo(json.dumps(sync_facts(report, dry_run=dry_run).model_dump(mode="json")))
        return
    _show(report)
    if dry_run:
        click.echo("This was a dry run: nothing was saved.")


def _told(server: Server, m3u: str | None) -> Iterable[Told]:
    if m3u is not None:
        with elsewhere.waiting():
            playlist = _content(m3u)
        return channel_sync.from_playlist(playlist, server)
    access = channel_sync.access(server)
    streams = channel_sync.read_streams(access, current_app.extensions["iptv"].fetcher)
    with elsewhere.waiting(), _progress(streams) as shown:
        return list(shown)


def _content(m3u: str) -> bytes:
    if m3u.lower().startswith(("http://", "https://")):
        return channel_sync.download(m3u, current_app.extensions["iptv"].fetcher)
    if m3u == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(m3u).read_bytes()
    except OSError as error:
        raise click.BadParameter(f"{m3u}: {error.strerror}", param_hint="--m3u") from None


@contextmanager
def _progress(told: Iterable[Told]) -> Iterator[Iterable[Told]]:
    if not sys.stderr.isatty():
        yield told
        return
    with click.progressbar(told, label="Reading", show_pos=True, file=sys.stderr) as shown:
        yield shown


def _show(report: Report) -> None:
    _show_names("Added", report.added)
    for change in report.changed:
        fields = ", ".join(f"{f.field}: {_text(f.old)} → {_text(f.new)}" for f in change.fields)
        click.echo(f"Changed {change.name}: {fields}")
    _show_names("Disabled, the server has them no more", report.disabled)
    kept = [f"{kept.name} ({', '.join(kept.fields)})" for kept in report.kept]
    _show_names("Kept as edited by hand", kept)
    taken = [f"{taken.name} (on {taken.server})" for taken in report.taken]
    _show_names("Left out, other servers have channels of these names", taken)
    click.echo(
        f"Channels: {len(report.added)} added, {len(report.changed)} changed, "
        f"{len(report.disabled)} disabled, {report.unchanged} unchanged."
    )
    if report.note:
        click.echo(report.note)


def _show_names(label: str, names: Sequence[str]) -> None:
    for start in range(0, len(names), _NAMED):
        click.echo(f"{label}: {', '.join(names[start : start + _NAMED])}")


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "-" if value is None else str(value)
