"""The channels that a viewer has, as the viewer's page lists them."""

from __future__ import annotations

from dataclasses import dataclass, field

from .. import lineup
from ..models import User
from ..playlists.entry import Entry

#: Names that are listed at most: a page of thousands is slow on a television, and nobody reads it.
LISTED = 500


@dataclass
class Channels:
    """What a search found of a viewer's channels.

    :param groups: the first of them, by their heading; ``None`` for those without one.
    :param total: how many the viewer has.
    :param found: how many have the text in their names.
    """

    groups: dict[str | None, list[Entry]] = field(default_factory=dict)
    total: int = 0
    found: int = 0

    @property
    def unlisted(self) -> int:
        """How many more were found than are listed."""
        return max(0, self.found - LISTED)


def search(user: User, text: str) -> Channels:
    """Look through the channels of a user's playlist, in its order; one statement.

    :param text: of a name, whatever its case; ``""`` finds all.
    """
    wanted = text.casefold()
    channels = Channels()
    for entry in lineup.entries(user, "hls", token=""):
        channels.total += 1
        if wanted in entry.title.casefold():
            channels.found += 1
            if channels.found <= LISTED:
                channels.groups.setdefault(entry.group or None, []).append(entry)
    return channels
