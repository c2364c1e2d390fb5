"""The open sessions in order, though they lie in many shards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias

from ..store import Audience, OpenSession, Selection
from .rows import microseconds, number, open_session
from .scripts import SHARDS

#: Where a session stands in a list: what the list is sorted by, and its id.
Place: TypeAlias = "tuple[int | datetime, int]"

_EVERYBODY = b"i:"


def shards_of(wanted: Selection) -> Sequence[int]:
    """Where to look."""
    return range(SHARDS) if wanted.user_id is None else [wanted.user_id % SHARDS]


def merged(
    wanted: Selection,
    limit: int,
    ask: Callable[[Mapping[int, Place | None], int], Sequence[Sequence[Any]]],
) -> list[OpenSession]:
    """Read the first sessions of all shards.

    :param ask: reads a page of each of some shards: it is given after which place each begins,
        and their size.
    """
    after: dict[int, Place | None] = dict.fromkeys(shards_of(wanted), wanted.after)
    # What comes first is spread over the shards, so that a little of each is nearly always enough.
    size = limit if len(after) == 1 else min(limit, 2 * limit // len(after) + 4)
    found: list[OpenSession] = []
    while after:
        pages = ask(after, size)
        ends: dict[int, Place] = {}
        for shard, rows in zip(after, pages, strict=True):
            page = [open_session(row) for row in rows]
            found += page
            if len(page) == size:
                ends[shard] = _place(page[-1], wanted)
        found.sort(key=lambda item: _place(item, wanted), reverse=wanted.reverse)
        del found[limit:]
        after = {}
        for shard, end in ends.items():
            last = _place(found[-1], wanted)
            # Where a page ends behind the last that is wanted, nothing is missing.
            if len(found) < limit or (end > last if wanted.reverse else end < last):
                after[shard] = end
    return found


def page_of(wanted: Selection, after: Place | None, size: int, now: datetime) -> list[bytes]:
    """The arguments for a page of one shard."""
    value, after_id = (None, 0) if after is None else after
    return [
        b"%d" % microseconds(now),
        _name(wanted),
        _channel(wanted),
        wanted.sort.encode(),
        b"1" if wanted.reverse else b"",
        number(microseconds(value) if isinstance(value, datetime) else value),
        b"%016d" % after_id,
        b"%d" % size,
    ]


def count_of(wanted: Selection, now: datetime) -> list[bytes]:
    """The arguments for the number of one shard."""
    names = [] if _name(wanted) == _EVERYBODY else [_name(wanted)]
    return [b"%d" % microseconds(now), _channel(wanted), *names]


def count_of_each(user_ids: Sequence[int], now: datetime) -> list[bytes]:
    """The arguments for the numbers of some users of one shard."""
    return [b"%d" % microseconds(now), b"", *(b"u%d:" % user_id for user_id in user_ids)]


def audience_of(shards: Sequence[Sequence[Any]]) -> Audience:
    """Add up what the shards say; each user is in one of them."""
    by_channel: Counter[int] = Counter()
    for _, *counts in shards:
        # Channel and number by turns.
        for channel_id, number_of_sessions in zip(counts[::2], counts[1::2], strict=True):
            by_channel[int(channel_id)] += number_of_sessions
    return Audience(sum(shard[0] for shard in shards), dict(by_channel))


def _place(item: OpenSession, wanted: Selection) -> tuple[Any, int]:
    return (item.opened_at if wanted.sort == "opened_at" else item.id, item.id)


def _name(wanted: Selection) -> bytes:
    if wanted.user_id is not None:
        return b"u%d:" % wanted.user_id
    return _EVERYBODY if wanted.channel_id is None else b"c%d:" % wanted.channel_id


def _channel(wanted: Selection) -> bytes:
    # A channel's own name holds no other's sessions.
    return number(wanted.channel_id) if wanted.user_id is not None else b""
