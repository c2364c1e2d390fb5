"""Slots as rows of a session file."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from ..slot import MOST_BYTES, Slot
from ..store import Device

#: The largest id: of sessions there are fewer, and of records no database has more.
MOST_ID = 2**31 - 1

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
#: Times of the file are before this one: the year 3000.
_LAST = int(datetime(3000, 1, 1, tzinfo=timezone.utc).timestamp()) * 1_000_000
#: More than any lease: one wrong time must not hold a slot for years.
_LONGEST_LEASE = 2 * 86_400 * 1_000_000
_CUT_REASONS = ("too_many_sessions", "session_cut", "dismissed", "closed")


def to_renewal(slot: Slot) -> tuple[Any, ...]:
    """What changes when nothing but the time goes on."""
    times = microseconds(slot.seen_at), microseconds(slot.expires_at)
    return slot.id, *times, slot.bytes, slot.server_bytes


def to_row(slot: Slot) -> tuple[Any, ...]:
    """All of it."""
    device = slot.device
    return (
        slot.id,
        *(device.user_id, device.address, device.user_agent, device.link),
        *(slot.channel_id, slot.protocol, slot.server_session, slot.previous_session),
        *(microseconds(at) for at in (slot.opened_at, slot.seen_at, slot.expires_at)),
        *(slot.cut_reason, slot.bytes, slot.server_bytes),
    )


def microseconds(at: datetime) -> int:
    """A time as the file has it."""
    return int(at.timestamp() * 1_000_000)


def moment(told: int) -> datetime:
    """A time of the file."""
    return _EPOCH + timedelta(microseconds=told)


def from_row(row: tuple[Any, ...]) -> Slot | None:
    """The slot of a row; ``None`` if a value of it is none that was ever written."""
    if not _is_sound(row):
        return None
    slot = Slot.__new__(Slot)
    slot.id = row[0]
    slot.device = Device(*row[1:5])
    slot.channel_id, slot.protocol, slot.server_session, slot.previous_session = row[5:9]
    slot.opened_at, slot.seen_at, slot.expires_at = map(moment, row[9:12])
    slot.cut_reason, slot.bytes, slot.server_bytes = row[12:15]
    return slot


def text(told: bytes) -> str | bytes:
    """A text of the file; what is none stays as it is, for its row to be found out."""
    try:
        return told.decode()
    except UnicodeDecodeError:
        return told


def is_moment(told: object) -> bool:
    """Whether it is a time that :func:`moment` can read."""
    return isinstance(told, int) and 0 <= told < _LAST


def _is_sound(row: tuple[Any, ...]) -> bool:
    id, user_id, _, _, link, channel_id = row[:6]
    ids = [id, channel_id, *([] if user_id is None else [user_id])]
    times, texts, counts = row[9:12], (*row[2:5], *row[6:9]), row[13:15]
    return (
        all(isinstance(one, int) and 0 < one <= MOST_ID for one in ids)
        and all(one is None or isinstance(one, str) for one in texts)
        and (user_id is not None or link is not None)
        and all(map(is_moment, times))
        and abs(times[2] - times[1]) <= _LONGEST_LEASE
        and (row[12] is None or row[12] in _CUT_REASONS)
        and all(one is None or (isinstance(one, int) and 0 <= one <= MOST_BYTES) for one in counts)
    )
