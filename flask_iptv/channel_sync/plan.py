"""What would be added, changed and disabled, and doing it: all of it or nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from .. import database
from ..channels import ChannelFields
from ..errors import Conflict, InvalidInput, Problem
from ..fields import check
from ..models import Channel, Server, utcnow
from .report import ChangedChannel, FieldChange, Kept, Report, Taken
from .sources import Told

#: Names that one statement takes.
_AT_ONCE = 500
#: Problems that are told at once.
_MAX_PROBLEMS = 20
#: In ``Channel.synced``: the id of the server that said it.
_SAID_BY = "server_id"


@dataclass(frozen=True)
class Change:
    """What changes of a channel that is there already.

    :param was: the old value of each field that changes.
    :param fields: the new ones.
    """

    channel: Channel
    was: dict[str, Any]
    fields: dict[str, Any]
    synced: dict[str, Any]

    def told(self) -> ChangedChannel:
        """The old and the new values."""
        fields = [FieldChange(name, self.was[name], new) for name, new in self.fields.items()]
        return ChangedChannel(self.channel.name, tuple(fields))


@dataclass
class Plan:
    """What a sync does; nothing is done before :meth:`carry_out`.

    :param changed: channels of which something changes.
    :param disabled: channels whose stream the server no longer has.
    :param kept: what was edited by hand and stays, of channels that are otherwise changed or not.
    :param unchanged: how many stay as they are.
    """

    server: Server
    added: list[Told] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    disabled: list[Channel] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)
    taken: list[Taken] = field(default_factory=list)
    unchanged: int = 0
    _told_again: list[Change] = field(default_factory=list, repr=False)

    def report(self) -> Report:
        """Tell what is done; it stays true when the transaction is over."""
        return Report(
            server=self.server.name,
            added=tuple(told.name for told in self.added),
            changed=tuple(change.told() for change in self.changed),
            disabled=tuple(channel.name for channel in self.disabled),
            kept=tuple(self.kept),
            taken=tuple(self.taken),
            unchanged=self.unchanged,
        )

    def carry_out(self) -> None:
        """Change the channels within the running transaction.

        :raises Conflict: if somebody else made a channel of the same name a moment ago; nothing is
            kept then.
        """
        now = utcnow()
        self._add()
        for change in self.changed:
            for name, value in change.fields.items():
                setattr(change.channel, name, self.server if name == "server" else value)
            change.channel.updated_at = now
        for change in (*self.changed, *self._told_again):
            change.channel.synced = change.synced
        for channel in self.disabled:
            channel.enabled = False
            channel.synced = (channel.synced or {}) | {"enabled": False}
            channel.updated_at = now
        database.flush()

    def _add(self) -> None:
        """Add the new channels in one statement, which the session's own way would not do."""
        blank = dict.fromkeys(("title", "number", "group", "logo", "epg_id"))
        rows = [
            {
                **(blank | {"title": told.name, "enabled": True} | told.fields),
                "name": told.name,
                "server_id": self.server.id,
                "synced": told.fields | {_SAID_BY: self.server.id},
            }
            for told in self.added
        ]
        if not rows:
            return
        try:
            database.session().execute(sa.insert(Channel), rows)
        except IntegrityError:
            database.session().rollback()
            message = "another change at the same moment has made one of these channels; try again"
            raise Conflict([Problem("", None, message)]) from None


def plan(server: Server, told: Iterable[Told]) -> Plan:
    """Compare what a server tells with its channels.

    A field follows the server as long as it is what the server said last time; what was edited by
    hand stays. A channel that was made by hand, or moved to this server by hand, keeps what it has
    and is never enabled or disabled.

    :param told: all streams of the server.
    :raises InvalidInput: if there are none at all, or one can't be a channel.
    """
    streams = _checked(told)
    made = Plan(server)
    known = _known(list(streams))
    for name, stream in streams.items():
        channel = known.get(name)
        if channel is None:
            made.added.append(stream)
        elif channel.server_id not in (None, server.id):
            made.taken.append(Taken(name, channel.server.name if channel.server else ""))
        elif channel.server_id is None and channel.synced is not None:
            # It was taken off its server by hand.
            made.kept.append(Kept(name, ("server",)))
            made.unchanged += 1
        else:
            _compare(made, channel, stream)
    for channel in _of(server):
        if channel.name not in streams and channel.enabled and _follows(channel, server):
            made.disabled.append(channel)
    return made


def _checked(told: Iterable[Told]) -> dict[str, Told]:
    streams: dict[str, Told] = {}
    problems: list[Problem] = []
    for stream in told:
        try:
            checked = check(ChannelFields, {"name": stream.name} | stream.fields)
        except InvalidInput as error:
            shown = stream.name[:60]
            problems += [Problem(f"stream {shown!r}", None, f"{problem.field}: {problem.message}")
                         for problem in error.problems]  # fmt: skip
            if len(problems) >= _MAX_PROBLEMS:
                break
            continue
        values = {name: getattr(checked, name) for name in stream.fields}
        fields = {name: value for name, value in values.items() if value is not None}
        streams.setdefault(checked.name, Told(checked.name, fields))
    if problems:
        raise InvalidInput(problems)
    if not streams:
        message = "no stream at all was told of, so nothing was changed: it would disable them all"
        raise InvalidInput([Problem("", None, message)])
    return streams


def _known(names: list[str]) -> dict[str, Channel]:
    known: dict[str, Channel] = {}
    for start in range(0, len(names), _AT_ONCE):
        part = sa.select(Channel).where(Channel.name.in_(names[start : start + _AT_ONCE]))
        for channel in database.session().scalars(part):
            known[channel.name] = channel
    return known


def _of(server: Server) -> Iterable[Channel]:
    mine = sa.select(Channel).where(Channel.server_id == server.id).order_by(Channel.id)
    return database.session().scalars(mine)


def _said(channel: Channel, server: Server) -> dict[str, Any]:
    """What this server said of the channel the last time."""
    synced = channel.synced or {}
    return synced if synced.get(_SAID_BY) == server.id else {}


def _follows(channel: Channel, server: Server) -> bool:
    """Whether the server put the channel here, and nobody enabled it against its word."""
    return _said(channel, server).get("enabled") is True


def _compare(made: Plan, channel: Channel, told: Told) -> None:
    before = _said(channel, made.server)
    was: dict[str, Any] = {}
    fields: dict[str, Any] = {}
    kept = []
    for name, value in told.fields.items():
        has = getattr(channel, name)
        if has == value:
            continue
        if has == before[name] if name in before else _is_blank(channel, name):
            was[name], fields[name] = has, value
        else:
            kept.append(name)
    if channel.server_id is None:
        was["server"], fields["server"] = None, made.server.name
    if kept:
        made.kept.append(Kept(channel.name, tuple(kept)))
    synced = before | told.fields | {_SAID_BY: made.server.id}
    if "enabled" not in before:
        # Made by hand, so the server has no say in whether it plays.
        del synced["enabled"]
    change = Change(channel, was, fields, synced)
    if fields:
        made.changed.append(change)
        return
    made.unchanged += 1
    if synced != channel.synced:
        made._told_again.append(change)


def _is_blank(channel: Channel, name: str) -> bool:
    """Whether a field that the server never told of is still as in a new channel."""
    has = getattr(channel, name)
    return has is None or (name == "title" and has == channel.name)
