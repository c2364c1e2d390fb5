"""What a session store must do; how it remembers is its own affair."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import NamedTuple, Protocol


class Event(Enum):
    """What a media server says of a session."""

    #: Somebody starts to watch, or a proxy asks about one more request.
    OPEN = "open"
    #: A session that was allowed goes on.
    UPDATE = "update"
    #: A session has ended.
    CLOSE = "close"


class Device(NamedTuple):
    """Who holds a slot: an address and a user agent of one user.

    A viewer who changes channels opens the new stream before the old one is closed, and players
    open two connections for one stream. So a slot belongs to a device, and whatever a device
    opens takes over the slot that it has.

    :param user_id: the user, ``None`` for a viewer with a signed link.
    :param link: a digest of the signed link's token, for a viewer without a user.
    """

    user_id: int | None
    address: str | None
    user_agent: str | None
    link: str | None = None

    @property
    def digest(self) -> str:
        """64 hexadecimal digits, the same for the same device."""
        return hashlib.sha256("\n".join(map(repr, self)).encode()).hexdigest()


class Admission(NamedTuple):
    """A device's wish to watch a channel that its user may watch.

    :param server_session: the session's id on the media server, where it tells one.
    :param max_sessions: slots of the user, ``None`` for no limit.
    :param replace: give the slot of the oldest session to this device when none is free.
    :param lease: seconds the slot is held if nothing more is heard.
    :param grace: seconds for which a device that lost its slot is refused after it was told so.
    :param bytes: sent so far in this session of the server's, where it tells.
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
    bytes: int | None = None


@dataclass(frozen=True)
class OpenSession:
    """A device that is watching, as a store remembers it.

    :param id: a number that stays the same while the device keeps its slot.
    :param bytes: sent while this channel was watched, where the media server tells.
    """

    id: int
    user_id: int | None
    channel_id: int
    address: str | None
    user_agent: str | None
    protocol: str | None
    server_session: str | None
    opened_at: datetime
    seen_at: datetime
    expires_at: datetime
    bytes: int | None = None


class Ending(Enum):
    """Why a device no longer watches a channel."""

    #: The media server said so, or the device was refused at a later question.
    CLOSED = "closed"
    #: Nothing was heard for the length of the lease.
    SILENT = "silent"
    #: The device went on to another channel.
    ZAPPED = "zapped"
    #: Another device was given the slot, the limit was lowered, or an administrator cut it.
    CUT = "cut"
    #: The user was disabled or deleted, or the token was replaced.
    DISMISSED = "dismissed"


class SetAside(NamedTuple):
    """A copy of a file of the sessions that could not be used.

    :param at: when it was begun anew, UTC.
    """

    path: Path
    at: datetime


@dataclass(frozen=True)
class EndedSession:
    """What is left of a session for the history: one device on one channel, from when to when.

    :param ended_at: when it was told to have ended; for a silent one, when it was last heard of.
    :param bytes: sent in the meantime, ``None`` if the media server does not tell.
    :param server_session: the session's id on the media server, which may have to be told.
    """

    user_id: int | None
    channel_id: int
    address: str | None
    user_agent: str | None
    protocol: str | None
    opened_at: datetime
    ended_at: datetime
    ending: Ending
    bytes: int | None = None
    server_session: str | None = None


@dataclass(frozen=True)
class Audience:
    """How many watch now.

    :param users: different ones, without the viewers with signed links.
    :param by_channel: open sessions by the id of the channel, only where there are any.
    """

    users: int
    by_channel: dict[int, int]

    @property
    def sessions(self) -> int:
        """How many sessions are open."""
        return sum(self.by_channel.values())


#: Takes what has ended to the history; it must be quick and never raise.
Remember = Callable[[Sequence[EndedSession]], None]


@dataclass(frozen=True)
class Selection:
    """Which of the open sessions are wanted, and in what order.

    :param user_id: only this user's.
    :param channel_id: only those that watch this channel.
    :param sort: ``id`` or ``opened_at``; equal times are ordered by id.
    :param reverse: the last first.
    :param after: the ``(sort value, id)`` of the session after which to begin.
    """

    user_id: int | None = None
    channel_id: int | None = None
    sort: str = "id"
    reverse: bool = False
    after: tuple[int | datetime, int] | None = None


class Store(Protocol):
    """Remembers who is watching.

    One object serves one app in all its threads. It needs no app context and has nothing to do
    with the host's transactions: what it was told is done when the call returns.

    Every method raises :exc:`~flask_iptv.errors.Unavailable` if the storage does not answer.
    """

    def admit(self, wish: Admission, *, now: datetime) -> str | None:
        """Give a device a slot, or keep the one it has.

        However many ask at once, in whatever threads, processes and hosts share the store, no
        more than ``max_sessions`` devices of a user hold a slot.

        :returns: ``None`` if the device may watch, else the reason code of the refusal.
        """

    def end(
        self,
        device: Device,
        server_session: str | None = None,
        *,
        now: datetime,
        bytes: int | None = None,
    ) -> None:
        """Free a device's slot.

        :param server_session: only if this is the session that holds it: a zapping viewer's old
            session is closed after the new one was opened.
        :param bytes: sent in that session, where the media server tells.
        """

    def end_all(self, user_id: int, *, now: datetime) -> None:
        """Free every slot of a user, cut ones too, as if nobody had ever watched."""

    def end_all_of(self, user_ids: Sequence[int], *, now: datetime) -> None:
        """The same for many users, who may be thousands, in few steps."""

    def keep_oldest(self, user_id: int, count: int, *, now: datetime) -> None:
        """Cut all but the ``count`` sessions of a user that were opened first."""

    def cut(self, session_id: int, *, now: datetime) -> bool:
        """Refuse a session at its next question (``session_cut``); its slot is free at once.

        :returns: whether it was open.
        """

    def get(self, session_id: int, *, now: datetime) -> OpenSession | None:
        """Look up an open session: neither cut nor expired."""

    def select(self, wanted: Selection, *, limit: int, now: datetime) -> list[OpenSession]:
        """Read at most ``limit`` of the open sessions."""

    def count(self, wanted: Selection, *, now: datetime) -> int:
        """Count the open sessions; ``after`` is ignored."""

    def count_by_user(self, user_ids: Sequence[int], *, now: datetime) -> dict[int, int]:
        """How many sessions each of these users has open; users without any may be left out."""

    def audience(self, *, now: datetime) -> Audience:
        """Count those who watch, and what."""

    def refused_at(self) -> datetime | None:
        """When a process of this site was last refused, as another has the sessions for itself."""

    def set_aside(self) -> SetAside | None:
        """The last file of this store that could not be used, if its copy is still there."""

    def tick(self, now: datetime) -> None:
        """Do what is due: called about once a second, never by a question."""

    def close(self) -> None:
        """Let go of files and connections; nothing is forgotten that a restart should know."""
