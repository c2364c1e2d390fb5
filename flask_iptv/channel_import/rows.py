"""The channels that a playlist lists, checked one by one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from ..channels import ChannelFields
from ..errors import InvalidInput, Problem
from ..fields import check, is_blank
from ..phrases import Phrase
from ..playlists.foreign_m3u import ImportedChannel, stream_name
from ..playlists.m3u import clean_url
from .address import short
from .homes import Home, Homes

#: What a playlist may say of a channel.
SAID = ("title", "number", "group", "logo", "epg_id", "server_id")


@dataclass(frozen=True)
class Elsewhere:
    """A channel that players will open at another address than the playlist has.

    :param line: of the playlist, from 1.
    """

    line: int
    listed: str
    played: str


@dataclass(frozen=True)
class Repeated:
    """An entry that names a channel which an earlier line has named.

    :param line: of the playlist, from 1.
    """

    line: int
    name: str
    first_line: int


@dataclass(frozen=True)
class Row:
    """A channel to be, and what the playlist really said of it."""

    name: str
    said: dict[str, Any]


@dataclass
class Rows:
    """A playlist's entries.

    :param problems: each with the number of its line.
    """

    usable: list[Row] = field(default_factory=list)
    repeated: list[Repeated] = field(default_factory=list)
    elsewhere: list[Elsewhere] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_rows(found: Iterable[ImportedChannel], homes: Homes) -> Rows:
    """Check what a playlist lists."""
    rows = Rows()
    first: dict[str, tuple[ImportedChannel, Home]] = {}
    for item in found:
        try:
            home = homes.of(item)
            row = _row(item, home)
            if row.name in first:
                _require_same(item, home, *first[row.name])
                rows.repeated.append(Repeated(item.line, row.name, first[row.name][0].line))
                continue
        except InvalidInput as error:
            rows.problems += [_at(item, problem) for problem in error.problems]
            continue
        rows.usable.append(row)
        first[row.name] = item, home
        if home.played is not None:
            rows.elsewhere.append(Elsewhere(item.line, short(item.url), home.played))
    return rows


def _at(item: ImportedChannel, problem: Problem) -> Problem:
    return Problem(Phrase("line %(line)s", line=item.line), problem.value, problem.told)


def _row(item: ImportedChannel, home: Home) -> Row:
    # The reader makes a title up where the playlist has none.
    made_up = item.title in (stream_name(item.url), item.url)
    given = {
        "title": None if made_up else item.title,
        "number": item.number,
        "group": item.group,
        "logo": clean_url(item.logo) if item.logo else None,
        "epg_id": item.epg_id,
    }
    # A playlist says nothing by an empty text.
    told = {name: value for name, value in given.items() if not is_blank(value)}
    checked = check(ChannelFields, {"name": home.name} | told)
    values = {name: getattr(checked, name, None) for name in SAID} | {"server_id": home.server_id}
    return Row(checked.name, {name: value for name, value in values.items() if value is not None})


def _require_same(item: ImportedChannel, home: Home, first: ImportedChannel, its: Home) -> None:
    if (home.server_id, home.query) != (its.server_id, its.query):
        message = Phrase(
            "the stream name %(name)s is that of line %(line)s (%(address)s) too; names must "
            "differ, and neither the server nor what is behind a ? is part of them",
            name=repr(home.name),
            line=first.line,
            address=short(first.url),
        )
        raise InvalidInput([Problem("", item.url, message)])
