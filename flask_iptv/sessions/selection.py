"""Picking a part of the open sessions where no database does it."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from datetime import datetime

from .slot import Slot
from .store import Selection


def includes(wanted: Selection, slot: Slot) -> bool:
    """Whether a slot is of the wanted user and channel."""
    return wanted.user_id in (None, slot.device.user_id) and wanted.channel_id in (
        None,
        slot.channel_id,
    )


def selected(slots: Iterable[Slot], wanted: Selection, limit: int, now: datetime) -> list[Slot]:
    """The first open slots of a selection, in its order."""
    by_time = wanted.sort == "opened_at"

    def key(slot: Slot) -> tuple[int | datetime, int]:
        return (slot.opened_at if by_time else slot.id), slot.id

    found = [slot for slot in slots if slot.is_open(now) and includes(wanted, slot)]
    after = wanted.after
    if wanted.reverse:
        rest = [slot for slot in found if after is None or key(slot) < after]
        return heapq.nlargest(limit, rest, key=key)
    rest = [slot for slot in found if after is None or key(slot) > after]
    return heapq.nsmallest(limit, rest, key=key)
