"""Which fields of a channel follow its server, and which were edited by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..models import Channel, Server

#: In ``Channel.synced``, beside what was said of each field: the id of the server that said it,
_SAID_BY = "server_id"
#: and the fields that had been edited by hand at the last sync, with what was in them.
_BY_HAND = "by_hand"


@dataclass
class Compared:
    """What a server says of a channel, beside what the channel has.

    :param was: the old value of each field that changes.
    :param fields: the new ones.
    :param kept: fields that differ because they were edited by hand.
    :param synced: what ``Channel.synced`` becomes.
    """

    was: dict[str, Any] = field(default_factory=dict)
    fields: dict[str, Any] = field(default_factory=dict)
    kept: list[str] = field(default_factory=list)
    synced: dict[str, Any] = field(default_factory=dict)


def compare(channel: Channel, server: Server, told: dict[str, Any]) -> Compared:
    """Find out what changes.

    A field follows the server while it is what that said the last time. One edited by hand stays,
    also after the server has said the same for a while; it follows again when somebody sets it
    back to the server's word.

    :param told: what the server says, by the names of fields.
    """
    before = _said(channel, server)
    by_hand = dict(before.get(_BY_HAND, {}))
    found = Compared(synced=before | told | {_SAID_BY: server.id})
    for name, value in told.items():
        has = getattr(channel, name)
        if _follows(channel, before, name):
            by_hand.pop(name, None)
            if has != value:
                found.was[name], found.fields[name] = has, value
        else:
            by_hand[name] = has
            if has != value:
                found.kept.append(name)
    if "enabled" not in before:
        # Made by hand, so the server has no say in whether it plays.
        found.synced.pop("enabled", None)
    if by_hand:
        found.synced[_BY_HAND] = by_hand
    else:
        found.synced.pop(_BY_HAND, None)
    return found


def said_first(server: Server, told: dict[str, Any]) -> dict[str, Any]:
    """Give ``Channel.synced`` of a new channel."""
    return told | {_SAID_BY: server.id}


def is_enabled_by(channel: Channel, server: Server) -> bool:
    """Whether the server put the channel here, and nobody enabled it against its word."""
    before = _said(channel, server)
    return before.get("enabled") is True and _follows(channel, before, "enabled")


def _said(channel: Channel, server: Server) -> dict[str, Any]:
    """What this server said of the channel the last time."""
    synced = channel.synced or {}
    return synced if synced.get(_SAID_BY) == server.id else {}


def _follows(channel: Channel, before: dict[str, Any], name: str) -> bool:
    has = getattr(channel, name)
    by_hand = before.get(_BY_HAND, {})
    if name in by_hand and has == by_hand[name]:
        return False
    if name in before:
        return bool(has == before[name])
    # The server never told of it, so it is filled in where it is still as in a new channel.
    return has is None or (name == "title" and has == channel.name)
