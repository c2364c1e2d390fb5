"""Syncing with streams that were told, and looking at the channels afterwards."""

from __future__ import annotations

from typing import Any

from flask_iptv import channels, database, servers
from flask_iptv.channel_sync import Report, Told, plan


def told(name: str, **fields: Any) -> Told:
    """Tell of a stream that is enabled unless something else is said."""
    return Told(name, {"enabled": True, **fields})


def sync(*streams: Told, server: str = "main", only_live: bool = False) -> Report:
    """Carry it out, and commit."""
    made = plan(servers.get(server), streams, only_live=only_live)
    report = made.report()
    made.carry_out()
    database.session().commit()
    return report


def facts(name: str, *fields: str) -> tuple[Any, ...]:
    """Give some of a channel's fields."""
    channel = channels.get(name)
    return tuple(getattr(channel, field) for field in fields)


def edit(name: str, **fields: Any) -> None:
    """Change a channel by hand."""
    channels.update(channels.get(name), **fields)
    database.session().commit()
