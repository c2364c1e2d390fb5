"""One slot of a user's limit, and what a question does to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from .store import Admission, Device, EndedSession, Ending, Event, OpenSession

#: More than anybody watches, and a number that every database holds.
MOST_BYTES = 2**53


class Slot:
    """A device that holds a slot, or held it until it was cut.

    :param id: of the session, for as long as the device keeps its slot.
    """

    __slots__ = (
        "bytes",
        "channel_id",
        "cut_reason",
        "device",
        "expires_at",
        "id",
        "opened_at",
        "previous_session",
        "protocol",
        "seen_at",
        "server_bytes",
        "server_session",
    )

    id: int
    device: Device
    channel_id: int
    protocol: str | None
    server_session: str | None
    #: The session that this one took the slot from on the same channel: of the two connections
    #: with which players open a stream, either may be closed first. Forgotten once the media
    #: server says that this one goes on: then it was a reconnection.
    previous_session: str | None
    opened_at: datetime
    seen_at: datetime
    expires_at: datetime
    cut_reason: str | None
    bytes: int | None
    #: What the media server last told of ``server_session``; ``None`` if the next number is only
    #: where to count from.
    server_bytes: int | None

    def __init__(self, id: int, wish: Admission, now: datetime) -> None:
        self.id = id
        self.claim(wish, now)

    def is_open(self, now: datetime) -> bool:
        """Whether it counts."""
        return self.cut_reason is None and self.expires_at > now

    def claim(self, wish: Admission, now: datetime) -> None:
        """Begin anew."""
        self.device = wish.device
        self.channel_id = wish.channel_id
        self.protocol = wish.protocol
        self.server_session = wish.server_session
        self.previous_session = None
        self.opened_at = self.seen_at = now
        self.expires_at = now + timedelta(seconds=wish.lease)
        self.cut_reason = None
        self.bytes = None
        self.server_bytes = 0
        self.count(wish.bytes)

    def goes_on_with(self, wish: Admission) -> bool:
        """Whether all stays as it is but the time."""
        return (
            self.server_session == wish.server_session
            and self.channel_id == wish.channel_id
            and self.protocol == wish.protocol
            and self.device == wish.device
        )

    def renew(self, wish: Admission, now: datetime) -> None:
        """Keep the slot for what it is held for already."""
        if wish.event is Event.UPDATE:
            self.previous_session = None
        self.seen_at = now
        self.expires_at = now + timedelta(seconds=wish.lease)
        self.count(wish.bytes)

    def go_on(self, wish: Admission, now: datetime) -> EndedSession | None:
        """Keep the slot, whatever the device does with it.

        :returns: the session on another channel that this ended.
        """
        ended = None
        same_session = wish.server_session == self.server_session
        self.seen_at = now
        self.expires_at = now + timedelta(seconds=wish.lease)
        # An update of a session other than the slot's is of one that the device zapped away from:
        # no reason to refuse, none to show that one as being watched.
        if wish.event is Event.UPDATE and not same_session:
            return None
        if wish.channel_id != self.channel_id:
            ended = self.ended(Ending.ZAPPED, now)
            self.channel_id = wish.channel_id
            self.opened_at = now
            self.bytes = None
            self.previous_session = None
        elif not same_session and wish.server_session and self.server_session:
            self.previous_session = self.server_session
        if not same_session:
            self.server_session = wish.server_session
            self.server_bytes = 0
        elif wish.event is Event.UPDATE:
            self.previous_session = None
        self.device = wish.device
        self.protocol = wish.protocol
        self.count(wish.bytes)
        return ended

    def give_back(self) -> bool:
        """Give the slot back to the session it was taken from, if there is one."""
        if self.previous_session is None:
            return False
        self.server_session, self.previous_session = self.previous_session, None
        # What it sent until it lost the slot is counted already.
        self.server_bytes = None
        return True

    def count(self, told: int | None) -> None:
        """Add what the media server sent since it last told of this session."""
        if told is not None:
            before = told if self.server_bytes is None else self.server_bytes
            self.bytes = min(MOST_BYTES, (self.bytes or 0) + max(0, told - before))
            self.server_bytes = told

    def ended(self, ending: Ending, at: datetime) -> EndedSession:
        """What is left of it for the history."""
        device = self.device
        return EndedSession(
            user_id=device.user_id,
            channel_id=self.channel_id,
            address=device.address,
            user_agent=device.user_agent,
            protocol=self.protocol,
            opened_at=self.opened_at,
            ended_at=at,
            ending=ending,
            bytes=self.bytes,
            server_session=self.server_session,
        )

    def shown(self) -> OpenSession:
        """The same for pages."""
        device = self.device
        return OpenSession(
            id=self.id,
            user_id=device.user_id,
            channel_id=self.channel_id,
            address=device.address,
            user_agent=device.user_agent,
            protocol=self.protocol,
            server_session=self.server_session,
            opened_at=self.opened_at,
            seen_at=self.seen_at,
            expires_at=self.expires_at,
            bytes=self.bytes,
        )


class Elsewhere(Protocol):
    """Where sessions were counted before."""

    def empty(self, take: Callable[[Sequence[Slot]], None]) -> None:
        """Give slots to a function that takes them, if there are any, and be rid of them."""

    def last_id(self) -> int:
        """The highest id that was ever given there."""
