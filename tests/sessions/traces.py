"""A small language for what viewers and media servers do, second by second."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

CHANNELS = ("one", "two", "three")


class Deed(Enum):
    """What happens."""

    #: A server asks whether a session may begin; from then on it asks by itself.
    OPENS = "opens"
    #: A server asks about a session as about one that goes on, besides the times when it does.
    UPDATES = "updates"
    #: A server says that a session has ended.
    CLOSES = "closes"
    #: A proxy asks about one more segment; it knows no sessions.
    ASKS = "asks"
    #: From now on a player is at another address, in the sessions that it has.
    MOVES = "moves"
    #: A server forgets a session and tells nobody; with no session: all, for it was restarted.
    LOSES = "loses"


class Step(NamedTuple):
    """One line of a trace.

    :param at: seconds since the trace began.
    :param server: the one that speaks; each numbers its sessions as it likes.
    :param address: where the player is from now on.
    """

    at: float
    deed: Deed
    player: Player | None = None
    channel: str = "one"
    session: str | None = None
    server: str = "edge"
    address: str | None = None


class Player(NamedTuple):
    """A device as media servers tell it."""

    user_agent: str
    address: str = "192.0.2.1"

    def opens(self, session: str, *, at: float, on: str = "one", server: str = "edge") -> Step:
        """Begin to watch."""
        return Step(at, Deed.OPENS, self, on, session, server)

    def updates(self, session: str, *, at: float, on: str = "one", server: str = "edge") -> Step:
        """Go on watching in a session that the server had, whether it asked about it or not."""
        return Step(at, Deed.UPDATES, self, on, session, server)

    def closes(self, session: str, *, at: float, server: str = "edge") -> Step:
        """End a session, when the server has noticed it."""
        return Step(at, Deed.CLOSES, self, session=session, server=server)

    def asks(self, *, at: float, on: str = "one") -> Step:
        """Fetch one more segment from a proxy."""
        return Step(at, Deed.ASKS, self, on)

    def moves(self, address: str, *, at: float) -> Step:
        """Go to another network without a new session."""
        return Step(at, Deed.MOVES, self, address=address)


def loses(session: str, *, at: float, server: str = "edge") -> Step:
    """A server that forgets one session."""
    return Step(at, Deed.LOSES, session=session, server=server)


def restarts(*, at: float, server: str = "edge") -> Step:
    """A server that forgets all."""
    return Step(at, Deed.LOSES, server=server)


def zaps(player: Player, times: int, *, every: float, closed_after: float | None) -> list[Step]:
    """Go round the channels.

    :param every: seconds on each.
    :param closed_after: seconds after which the server says that a session has ended; never.
    """
    steps: list[Step] = []
    for number in range(times):
        at, session = number * every, f"{player.user_agent} {number}"
        steps.append(player.opens(session, at=at, on=CHANNELS[number % 3]))
        if closed_after is not None:
            steps.append(player.closes(session, at=at + closed_after))
    return steps
