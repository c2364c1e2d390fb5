"""``flask iptv channels …``."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any, BinaryIO

import click

from .. import channel_import, database
from .. import channels as verbs
from ..api.channels import ChannelOut
from ..channel_import import Homes, Report, UnknownServers
from ..errors import InvalidInput, Problem
from ..models import Channel
from ..playlists.foreign_m3u import ImportedChannel, read_all
from .command import Commands
from .listing import every, show_table

channels = Commands("channels", help="The streams, as viewers know them.")


@channels.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per line.")
def show_list(as_json: bool) -> None:
    """List channels, ordered by number.

    \b
    Example:
      flask iptv channels list
    """
    found = every(verbs.page, sort="number")
    if as_json:
        for channel in found:
            click.echo(json.dumps(_facts(channel)))
        return
    show_table(("NUMBER", "NAME", "TITLE", "GROUP", "SERVER", "STATE"), _rows(found))


def _facts(channel: Channel) -> dict[str, Any]:
    facts = {name: getattr(channel, name) for name in ChannelOut.model_fields}
    facts["server"] = _server(channel)
    return ChannelOut(**facts).model_dump(mode="json")


def _rows(found: Iterator[Channel]) -> Iterator[tuple[object, ...]]:
    for channel in found:
        state = "enabled" if channel.enabled else "disabled"
        facts = (channel.number, channel.name, channel.title, channel.group)
        yield *facts, _server(channel), state


def _server(channel: Channel) -> str | None:
    return channel.server.name if channel.server else None


@channels.command("import")
@click.argument("file", type=click.File("rb"), metavar="FILE.m3u")
@click.option("--server", metavar="NAME", help="The server that has all of them, whatever host "
              "the playlist names.")  # fmt: skip
@click.option("--create-servers", is_flag=True, help="Create a server for each unknown host.")
@click.option("--package", metavar="NAME", help="A package that all of them join.")
@click.option("--update", is_flag=True, help="Also change the channels that are there already: "
              "they take over what the playlist says and keep the rest.")  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Only tell what would be done.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
def import_file(
    file: BinaryIO,
    server: str | None,
    create_servers: bool,
    package: str | None,
    update: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Add the channels of an m3u playlist: all of them, or none if anything is wrong.

    FILE.m3u may be - for standard input. Each channel goes to the server whose address its own
    one begins with.

    \b
    Examples:
      flask iptv channels import list.m3u --dry-run
      curl -s https://media.example/list.m3u | flask iptv channels import - --server main
    """
    if server is not None and create_servers:
        raise click.UsageError("--server and --create-servers exclude each other")
    found = read_all(file.read())
    homes = _homes(found, server, create_servers)
    with _progress(found) as shown:
        report = channel_import.add(shown, homes, package=package, update=update)
    if dry_run:
        database.session().rollback()
    else:
        database.commit()
    if as_json:
        facts = asdict(report) | {"new_servers": homes.created, "dry_run": dry_run}
        click.echo(json.dumps(facts))
    else:
        _show(report, homes, dry_run)


def _homes(found: Sequence[ImportedChannel], server: str | None, create: bool) -> Homes:
    try:
        return channel_import.find_homes(found, server=server, create=create)
    except UnknownServers as error:
        problems = [
            Problem("", address, f"no server has the address {address} (channels there: {count}); "
                    "add --server NAME if it is one of your servers, or --create-servers")
            for address, count in error.counts.items()
        ]  # fmt: skip
        raise InvalidInput(problems) from None


@contextmanager
def _progress(found: Sequence[ImportedChannel]) -> Iterator[Iterable[ImportedChannel]]:
    if not sys.stderr.isatty():
        yield found
        return
    with click.progressbar(found, label="Importing", file=sys.stderr) as shown:
        yield shown


def _show(report: Report, homes: Homes, dry_run: bool) -> None:
    for name in homes.created:
        click.echo(f"New server: {name}")
    counts = f"{report.added} added, {report.updated} updated, {report.unchanged} unchanged"
    repeated = f", {report.repeated} listed more than once" if report.repeated else ""
    click.echo(f"Channels: {counts}{repeated}.")
    if report.elsewhere:
        one = report.elsewhere[0]
        click.echo(
            f"Warning: not every channel is where its server's templates say, as in line "
            f"{one.line}: listed as {one.listed}, played as {one.played}. If that does not play, "
            f"change the server's templates. Channels like this: {len(report.elsewhere)}.",
            err=True,
        )
    if dry_run:
        click.echo("This was a dry run: nothing was saved.")
