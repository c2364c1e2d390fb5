"""What a session store must do; how it remembers is its own affair."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol


class Event(Enum):
    """What a media server says of a session."""

    #: Somebody starts to watch, or a proxy asks about one more request.
    OPEN = "open"
    #: A session that was allowed goes on.
    UPDATE = "update"
    #: A session has ended.
    CLOSE = "close"


@dataclass(frozen=True)
class Device:
    """Who holds a slot: an address and a user agent of one user.

    A viewer who changes channels opens the new stream before the old one is closed, and players
    open two connections for one stream. So a slot belongs to a device, and whatever a device
    opens takes over the slot that it has.

    :param user_id: the user, ``None`` for a viewer with a signed link.
    :param link: the signed link's token, for a viewer without a user.
    """

    user_id: int | None
    address: str | None
    user_agent: str | None
    link: str | None = None

    @property
    def digest(self) -> str:
        """64 hexadecimal digits, the same for the same device."""
        parts = (self.user_id, self.link, self.address, self.user_agent)
        return hashlib.sha256("\n".join(map(repr, parts)).encode()).hexdigest()


@dataclass(frozen=True)
class Admission:
    """A device's wish to watch a channel that its user may watch.

    :param server_session: the session's id on the media server, where it tells one.
    :param max_sessions: slots of the user, ``None`` for no limit.
    :param replace: give the slot of the oldest session to this device when none is free.
    :param lease: seconds the slot is held if nothing more is heard.
    :param grace: seconds for which a device that lost its slot is refused after it was told so.
    """

    device: Device
    channel_id: int
    event: Event
    server_session: str | None
    protocol: str | None
    max_sessions: int | None
    replace: bool
    lease: int
    grace: int


class Store(Protocol):
    """Remembers who is watching. Every method commits what it does."""

    def admit(self, wish: Admission, *, now: datetime) -> str | None:
        """Give a device a slot, or keep the one it has.

        However many ask at once, in whatever threads, processes and hosts share the store, no
        more than ``max_sessions`` devices of a user hold a slot.

        :returns: ``None`` if the device may watch, else the reason code of the refusal.
        """

    def end(self, device: Device, server_session: str | None = None) -> None:
        """Free a device's slot.

        :param server_session: only if this is the session that holds it: a zapping viewer's old
            session is closed after the new one was opened.
        """
