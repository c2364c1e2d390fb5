"""What an import adds and changes, and doing it: all of it or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from .. import database, packages
from ..errors import InvalidInput, Problem
from ..models import Channel, Package, Server, utcnow
from ..phrases import Phrase
from ..playlists.foreign_m3u import ImportedChannel
from .changes import AddedChannel, ChangedChannel, FieldChange
from .homes import Homes
from .rows import SAID, Elsewhere, Repeated, Row, read_rows

#: Names or rows that one statement takes.
_AT_ONCE = 500


@dataclass
class Plan:
    """What an import does; nothing is done before :meth:`carry_out`.

    :param unchanged: names of channels that are there already and stay as they are.
    :param repeated: entries that name a channel which an earlier line has named.
    :param elsewhere: channels whose address no template of their server makes.
    :param problems: why some lines can be no channels; these are left out.
    :param new_servers: names of servers that were created for the channels.
    """

    added: list[AddedChannel] = field(default_factory=list)
    changed: list[ChangedChannel] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    repeated: list[Repeated] = field(default_factory=list)
    elsewhere: list[Elsewhere] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    new_servers: tuple[str, ...] = ()
    _new: list[dict[str, Any]] = field(default_factory=list, repr=False)
    _updates: list[dict[str, Any]] = field(default_factory=list, repr=False)
    _package: Package | None = field(default=None, repr=False)

    def carry_out(self) -> None:
        """Add and change the channels within the running transaction.

        :raises InvalidInput: if somebody else took the name of one a moment ago.
        :raises Conflict: if somebody else changed or deleted the package a moment ago.
        """
        now = utcnow()
        stamps = {"created_at": now, "updated_at": now}
        _write([row | stamps for row in self._new], self._updates)
        if self._package is not None:
            new = [channel.name for channel in self.added]
            changed = [channel.name for channel in self.changed]
            _join(self._package, [*new, *changed, *self.unchanged])
        database.session().expire_all()


def plan(
    found: Iterable[ImportedChannel],
    homes: Homes,
    *,
    package: str | None = None,
    update: bool = False,
) -> Plan:
    """Compare what a playlist lists with the channels that are there.

    New channels are enabled. One that is there already stays as it is, unless it shall be updated:
    then it takes over what the playlist says, and keeps the rest. It is never enabled or disabled.

    :param found: what the playlist lists.
    :param homes: the servers they are at.
    :param package: name of a package that all of them join.
    :param update: whether to change the channels that are there already.
    :raises NotFound: if there is no such package.
    """
    joined = packages.get(package) if package is not None else None
    rows = read_rows(found, homes)
    made = Plan(
        repeated=rows.repeated,
        elsewhere=rows.elsewhere,
        problems=rows.problems,
        new_servers=homes.created,
        _package=joined,
    )
    known = _known([row.name for row in rows.usable])
    names = _server_names() if update and known else {}
    for row in rows.usable:
        before = known.get(row.name)
        if before is None:
            new = _new(row)
            made.added.append(AddedChannel(new["name"], new["title"], new["group"]))
            made._new.append(new)
        elif update and (fields := _differences(row, before, names)):
            made.changed.append(ChangedChannel(row.name, fields))
            # With all columns, whichever change: that makes one statement for all rows.
            made._updates.append(before | row.said)
        else:
            made.unchanged.append(row.name)
    return made


def _parts(items: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(items), _AT_ONCE):
        yield items[start : start + _AT_ONCE]


def _known(names: list[str]) -> dict[str, dict[str, Any]]:
    columns = [getattr(Channel, name) for name in ("id", "name", *SAID)]
    known = {}
    for part in _parts(names):
        statement = sa.select(*columns).where(Channel.name.in_(part))
        for row in database.session().execute(statement).mappings():
            known[row["name"]] = dict(row)
    return known


def _new(row: Row) -> dict[str, Any]:
    values = dict.fromkeys(SAID) | {"title": row.name} | row.said
    return {"name": row.name, "enabled": True, **values}


def _differences(
    row: Row, known: dict[str, Any], servers: dict[int | None, str]
) -> tuple[FieldChange, ...]:
    changes = []
    for name, new in row.said.items():
        old = known[name]
        if old == new:
            continue
        if name == "server_id":
            changes.append(FieldChange("server", servers.get(old), servers.get(new)))
        else:
            changes.append(FieldChange(name, old, new))
    return tuple(changes)


def _server_names() -> dict[int | None, str]:
    rows = database.session().execute(sa.select(Server.id, Server.name))
    return {row.id: row.name for row in rows}


def _write(new: list[dict[str, Any]], changed: list[dict[str, Any]]) -> None:
    session = database.session()
    try:
        for part in _parts(new):
            session.execute(sa.insert(Channel), part)
        for part in _parts(changed):
            session.execute(sa.update(Channel), part)
    except IntegrityError:
        session.rollback()
        message = Phrase("another change took a name of these channels this moment; try again")
        raise InvalidInput([Problem("", None, message)]) from None


def _join(package: Package, names: list[str]) -> None:
    for part in _parts(names):
        packages.add(package, sa.select(Channel).where(Channel.name.in_(part)))
