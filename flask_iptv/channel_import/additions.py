"""Adding the channels that a playlist lists: all of them or none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from ..errors import InvalidInput
from ..playlists.foreign_m3u import MAX_PROBLEMS, ImportedChannel
from .homes import Homes
from .plan import plan
from .rows import Elsewhere


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


def add(
    found: Iterable[ImportedChannel],
    homes: Homes,
    *,
    package: str | None = None,
    update: bool = False,
) -> Report:
    """Add channels within the running transaction, as :func:`plan` says.

    :raises InvalidInput: with a line number for each entry that can't be a channel.
    :raises NotFound: if there is no such package.
    """
    made = plan(found, homes, package=package, update=update)
    if made.problems:
        raise InvalidInput(made.problems[:MAX_PROBLEMS])
    made.carry_out()
    return Report(
        added=len(made.added),
        updated=len(made.changed),
        unchanged=len(made.unchanged),
        repeated=len(made.repeated),
        elsewhere=made.elsewhere,
    )
