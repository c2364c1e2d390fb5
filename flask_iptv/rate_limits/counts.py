"""What keeps the counts, in this process or for many; how it does so is its own affair."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from .table import Limit

#: Keys of a limit that are kept in memory: of all five 100,000. Each limit has its own, so that
#: whoever makes up tokens at many addresses pushes nobody's wrong passwords out.
MOST_KEYS = 20_000
#: Addresses that are known as limited.
MOST_REFUSED = 1000


class Refused(NamedTuple):
    """An address that a limit holds up.

    :param limit: its name.
    :param until: seconds since 1970.
    """

    address: str
    limit: str
    until: float


class Counts(Protocol):
    """The counts of all limits; an address is kept with what it was refused."""

    def look(self, limit: Limit, key: str, address: str, now: float) -> float:
        """Seconds until this key has one more; 0 if it has one now."""
        ...

    def count(self, limit: Limit, key: str, address: str, now: float) -> float:
        """The same, and take one if there is one."""
        ...

    def refused(self, now: float) -> list[Refused]:
        """The addresses that are held up, at most :data:`MOST_REFUSED`."""
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...
