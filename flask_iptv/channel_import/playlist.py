"""A whole playlist as a plan, in which every line that can't be a channel is told of."""

from __future__ import annotations

from collections.abc import Iterable

from ..errors import Problem
from ..phrases import Phrase
from ..playlists.foreign_m3u import ImportedChannel, read_apart
from .address import origin, short
from .homes import Homes, find_homes
from .plan import Plan, plan


def plan_playlist(
    content: bytes, *, server: str | None = None, package: str | None = None, update: bool = False
) -> Plan:
    """Find out what importing a playlist would do, within the running transaction.

    Servers are created for addresses that have none: roll back if nothing shall be done.

    :param content: UTF-8, with or without a byte order mark.
    :param server: name of the server that has all channels, whatever their addresses say.
    :param package: name of a package that all of them join.
    :param update: whether to change the channels that are there already.
    :raises InvalidInput: if it is no playlist.
    :raises NotFound: if there is no such server or package.
    """
    found, problems = read_apart(content)
    if server is None:
        problems += _without_server(found)
        found = [item for item in found if origin(item.url) is not None]
    homes = find_homes(found, server=server, create=True) if found else Homes([])
    made = plan(found, homes, package=package, update=update)
    made.problems = sorted([*problems, *made.problems], key=_line)
    return made


def _without_server(found: Iterable[ImportedChannel]) -> list[Problem]:
    return [
        Problem(
            Phrase("line %(line)s", line=item.line),
            item.url,
            Phrase("%(address)s is no web address, so it tells no server; pick the server that "
                   "has the channels", address=short(item.url)),
        )
        for item in found
        if origin(item.url) is None
    ]  # fmt: skip


def _line(problem: Problem) -> int:
    return int(problem.field.removeprefix("line "))
