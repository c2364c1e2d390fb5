"""``/api/servers/<name>/sync``: taking over the streams that a server has."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Annotated, Any

from flask import current_app
from pydantic import Field
from werkzeug.exceptions import BadGateway

from .. import channel_sync, elsewhere, servers
from ..channel_import import Value
from ..channel_sync import Report, Told
from ..errors import InvalidInput, Problem
from ..fetching import FetchError
from ..fields import Flag, Input, NotBlank, check, told
from ..management import ManagementError, NotManageable
from ..models import Server
from .answer import Out
from .resource import Resource


class SyncFields(Input):
    """What is to be synced with."""

    #: Address of an m3u playlist; may have a token in it, so no message repeats it.
    m3u: Annotated[Annotated[str, told.NOT_BLANK] | None, NotBlank] = None
    dry_run: Flag = False


class SyncField(Out):
    """A field that follows the server."""

    field: str
    old: Value
    new: Value


class SyncChange(Out):
    """A channel of which something changes."""

    name: str
    fields: list[SyncField]


class SyncKept(Out):
    """A channel that was edited by hand."""

    name: str
    fields: list[str] = Field(description="The fields that stay as they are.")


class SyncTaken(Out):
    """A stream whose name another server's channel has."""

    name: str
    server: str


class SyncOut(Out):
    """What was done, or would be."""

    server: str
    dry_run: bool = Field(description="`true`: tell what would be done, and change nothing.")
    added: list[str] = Field(description="Names of channels that are new.")
    changed: list[SyncChange]
    disabled: list[str] = Field(description="Channels whose stream the server no longer has.")
    kept: list[SyncKept] = Field(description="What was edited by hand, and stays.")
    taken: list[SyncTaken] = Field(
        description="Streams that are left out: channels of other servers have their names."
    )
    unchanged: int
    note: str | None = Field(description="Why nothing is disabled, where that is so.")


syncing = Resource("/servers/<name>/sync", "server_sync")


@syncing.on("POST", body=SyncFields, answer=SyncOut, asks_servers=True)
def sync_server(name: str, fields: dict[str, Any]) -> SyncOut:
    """Add, change and disable channels so that they are what their server has."""
    checked = check(SyncFields, fields)
    server = servers.get(name)
    only_live = checked.m3u is None and channel_sync.lists_only_live(server)
    told = _told(server, checked.m3u)
    plan = channel_sync.plan(servers.get(name), told, only_live=only_live)
    report = plan.report()
    if not checked.dry_run:
        plan.carry_out()
    return sync_facts(report, dry_run=checked.dry_run)


def sync_facts(report: Report, *, dry_run: bool) -> SyncOut:
    """Word a report."""
    return SyncOut(**asdict(report), dry_run=dry_run)


def _told(server: Server, m3u: str | None) -> Iterable[Told]:
    fetcher = current_app.extensions["iptv"].fetcher
    try:
        if m3u is not None:
            with elsewhere.waiting():
                playlist = channel_sync.download(m3u, fetcher)
            return channel_sync.from_playlist(playlist, server)
        access = channel_sync.access(server)
        with elsewhere.waiting():
            return list(channel_sync.read_streams(access, fetcher))
    except (FetchError, ManagementError, NotManageable) as error:
        if m3u is not None or isinstance(error, NotManageable):
            raise InvalidInput([Problem("m3u", None, str(error))]) from None
        raise BadGateway(str(error)) from None
