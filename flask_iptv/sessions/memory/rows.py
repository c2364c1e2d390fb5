"""Slots as rows of a session file."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from ..slot import Slot
from ..store import Device

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


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


def from_row(row: tuple[Any, ...]) -> Slot:
    """The slot of a row."""
    slot = Slot.__new__(Slot)
    slot.id = row[0]
    slot.device = Device(*row[1:5])
    slot.channel_id, slot.protocol, slot.server_session, slot.previous_session = row[5:9]
    slot.opened_at, slot.seen_at, slot.expires_at = map(moment, row[9:12])
    slot.cut_reason, slot.bytes, slot.server_bytes = row[12:15]
    return slot
