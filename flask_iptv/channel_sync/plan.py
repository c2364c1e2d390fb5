"""What would be added, changed and disabled, and doing it: all of it or nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from .. import database
from ..channel_import import ChangedChannel, FieldChange
from ..channels import ChannelFields
from ..errors import Conflict, InvalidInput, Problem
from ..fields import check
from ..management import kind_of
from ..models import Channel, Server, utcnow
from ..phrases import Phrase
from .following import compare, is_enabled_by, said_first
from .report import Kept, Report, Taken
from .short_names import named_as_here, short_name
from .sources import Told

#: Names that one statement takes.
_AT_ONCE = 500
#: Problems that are told at once.
_MAX_PROBLEMS = 20


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
    :param note: a sentence on why nothing is disabled, where that is so.
    """

    server: Server
    added: list[Told] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    disabled: list[Channel] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)
    taken: list[Taken] = field(default_factory=list)
    unchanged: int = 0
    note: str | None = None
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
            note=self.note,
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
                "synced": said_first(self.server, told.fields),
            }
            for told in self.added
        ]
        if not rows:
            return
        try:
            database.session().execute(sa.insert(Channel), rows)
        except IntegrityError:
            database.session().rollback()
            message = Phrase(
                "another change at the same moment has made one of these channels; try again"
            )
            raise Conflict([Problem("", None, message)]) from None


def plan(server: Server, told: Iterable[Told], *, only_live: bool) -> Plan:
    """Compare what a server tells with its channels.

    A field follows the server as long as it is what the server said last time; what was edited by
    hand stays. A channel that was made by hand, or moved to this server by hand, keeps what it has
    and is never enabled or disabled.

    :param told: all streams of the server.
    :param only_live: whether they are those that are live at the moment. Nothing is disabled then:
        a channel whose encoder is off the air would be refused when it comes back.
    :raises InvalidInput: if none at all is set up, or one can't be a channel.
    """
    streams = _checked(told)
    if not streams and not only_live:
        message = Phrase(
            "no stream at all was told of, so nothing was changed: it would disable them all"
        )
        raise InvalidInput([Problem("", None, message)])
    made = Plan(server)
    short = (short_name(server, name) for name in streams)
    known = _known([*streams, *(name for name in short if name and name not in streams)])
    streams = named_as_here(streams, known, server)
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
    if only_live:
        program = kind_of(server.kind).program
        made.note = Phrase(
            "%(program)s lists only what is live at the moment, so no channel is disabled.",
            program=program,
        )
        return made
    for channel in _of(server):
        if channel.name not in streams and channel.enabled and is_enabled_by(channel, server):
            made.disabled.append(channel)
    return made


def _checked(told: Iterable[Told]) -> dict[str, Told]:
    streams: dict[str, Told] = {}
    problems: list[Problem] = []
    for stream in told:
        try:
            checked = check(ChannelFields, {"name": stream.name} | stream.fields)
        except InvalidInput as error:
            shown = Phrase("stream %(name)s", name=repr(stream.name[:60]))
            problems += [Problem(shown, None, problem.told) for problem in error.problems]
            if len(problems) >= _MAX_PROBLEMS:
                break
            continue
        values = {name: getattr(checked, name) for name in stream.fields}
        fields = {name: value for name, value in values.items() if value is not None}
        streams.setdefault(checked.name, Told(checked.name, fields))
    if problems:
        raise InvalidInput(problems)
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


def _compare(made: Plan, channel: Channel, told: Told) -> None:
    found = compare(channel, made.server, told.fields)
    was, fields = found.was, found.fields
    if channel.server_id is None:
        was["server"], fields["server"] = None, made.server.name
    if found.kept:
        made.kept.append(Kept(channel.name, tuple(found.kept)))
    change = Change(channel, was, fields, found.synced)
    if fields:
        made.changed.append(change)
        return
    made.unchanged += 1
    if found.synced != channel.synced:
        made._told_again.append(change)
