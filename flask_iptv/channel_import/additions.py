"""Adding the channels that a playlist lists: all of them or none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from .. import database, packages
from ..channels import ChannelFields
from ..errors import InvalidInput, Problem
from ..fields import check
from ..models import Channel, Package, package_channels, utcnow
from ..playlists.foreign_m3u import MAX_PROBLEMS, ImportedChannel, stream_name
from ..playlists.m3u import clean_url
from .address import short
from .homes import Home, Homes

#: Names or rows that one statement takes.
_AT_ONCE = 500

_SAID = ("title", "number", "group", "logo", "epg_id", "server_id")


@dataclass(frozen=True)
class Elsewhere:
    """A channel that players will open at another address than the playlist has.

    :param line: of the playlist, from 1.
    """

    line: int
    listed: str
    played: str


@dataclass
class Report:
    """What an import has done.

    :param unchanged: channels that were there already and stayed as they were.
    :param repeated: entries that name a channel which an earlier line has named.
    :param elsewhere: channels whose address no template of their server makes.
    """

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    repeated: int = 0
    elsewhere: list[Elsewhere] = field(default_factory=list)


@dataclass(frozen=True)
class _Row:
    """A channel to be, and what the playlist really said of it."""

    name: str
    said: dict[str, Any]


def add(
    found: Iterable[ImportedChannel],
    homes: Homes,
    *,
    package: str | None = None,
    update: bool = False,
) -> Report:
    """Add channels, all of them enabled, within the running transaction.

    A channel that is there already stays as it is, unless it shall be updated: then it takes over
    what the playlist says, and keeps the rest. It is never enabled or disabled.

    :param found: what the playlist lists.
    :param homes: the servers they are at.
    :param package: name of a package that all of them join.
    :param update: whether to change the channels that are there already.
    :raises InvalidInput: with a line number for each entry that can't be a channel.
    :raises NotFound: if there is no such package.
    """
    joined = packages.get(package) if package is not None else None
    report = Report()
    rows = _rows(found, homes, report)
    now = utcnow()
    known = _known([row.name for row in rows])
    new = [_new(row, now) for row in rows if row.name not in known]
    changed = []
    if update:
        there = [(row, known[row.name]) for row in rows if row.name in known]
        changed = [before | row.said for row, before in there if _differs(row, before)]
    _write(new, changed)
    if joined is not None:
        _join(joined, [row.name for row in rows], now)
    database.session().expire_all()
    report.added, report.updated = len(new), len(changed)
    report.unchanged = len(rows) - len(new) - len(changed)
    return report


def _rows(found: Iterable[ImportedChannel], homes: Homes, report: Report) -> list[_Row]:
    rows: dict[str, _Row] = {}
    first: dict[str, tuple[ImportedChannel, Home]] = {}
    problems: list[Problem] = []
    for item in found:
        try:
            home = homes.of(item)
            row = _row(item, home)
            if row.name in rows:
                _require_same(item, home, *first[row.name])
                report.repeated += 1
                continue
        except InvalidInput as error:
            problems += [_at(item, problem) for problem in error.problems]
            if len(problems) >= MAX_PROBLEMS:
                break
            continue
        rows[row.name], first[row.name] = row, (item, home)
        if home.played is not None:
            report.elsewhere.append(Elsewhere(item.line, short(item.url), home.played))
    if problems:
        raise InvalidInput(problems)
    return list(rows.values())


def _at(item: ImportedChannel, problem: Problem) -> Problem:
    words = f"{problem.field}: {problem.message}" if problem.field else problem.message
    return Problem(f"line {item.line}", problem.value, words)


def _row(item: ImportedChannel, home: Home) -> _Row:
    # The reader makes a title up where the playlist has none.
    made_up = item.title in (stream_name(item.url), item.url)
    given = {
        "name": home.name,
        "title": None if made_up else item.title,
        "number": item.number,
        "group": item.group,
        "logo": clean_url(item.logo) if item.logo else None,
        "epg_id": item.epg_id,
    }
    checked = check(ChannelFields, given)
    values = {name: getattr(checked, name, None) for name in _SAID} | {"server_id": home.server_id}
    return _Row(checked.name, {name: value for name, value in values.items() if value is not None})


def _require_same(item: ImportedChannel, home: Home, first: ImportedChannel, its: Home) -> None:
    if (home.server_id, home.query) != (its.server_id, its.query):
        message = (
            f"the stream name {home.name!r} is that of line {first.line} ({short(first.url)}) too; "
            "names must differ, and neither the server nor what is behind a ? is part of them"
        )
        raise InvalidInput([Problem("", item.url, message)])


def _parts(items: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(items), _AT_ONCE):
        yield items[start : start + _AT_ONCE]


def _known(names: list[str]) -> dict[str, dict[str, Any]]:
    columns = [getattr(Channel, name) for name in ("id", "name", *_SAID)]
    known = {}
    for part in _parts(names):
        statement = sa.select(*columns).where(Channel.name.in_(part))
        for row in database.session().execute(statement).mappings():
            known[row["name"]] = dict(row)
    return known


def _new(row: _Row, now: datetime) -> dict[str, Any]:
    values = dict.fromkeys(_SAID) | {"title": row.name} | row.said
    return {"name": row.name, "enabled": True, "created_at": now, "updated_at": now, **values}


def _differs(row: _Row, known: dict[str, Any]) -> bool:
    return any(known[name] != value for name, value in row.said.items())


def _write(new: list[dict[str, Any]], changed: list[dict[str, Any]]) -> None:
    session = database.session()
    try:
        for part in _parts(new):
            session.execute(sa.insert(Channel), part)
        for part in _parts(changed):
            session.execute(sa.update(Channel), part)
    except IntegrityError:
        session.rollback()
        message = "another change took the name of one of the channels this moment; try again"
        raise InvalidInput([Problem("", None, message)]) from None


def _join(package: Package, names: list[str], now: datetime) -> None:
    session, members = database.session(), package_channels.c
    statement = sa.select(Channel.id).where(
        Channel.id.not_in(sa.select(members.channel_id).where(members.package_id == package.id))
    )
    joining = [
        {"package_id": package.id, "channel_id": channel_id}
        for part in _parts(names)
        for channel_id in session.scalars(statement.where(Channel.name.in_(part)))
    ]
    if joining:
        database.current().connection().execute(sa.insert(package_channels), joining)
        package.updated_at = now
        database.flush()
