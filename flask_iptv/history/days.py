"""How a past session is shared out among the days on which it was open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone

from ..sessions.store import EndedSession

_MICROSECOND = timedelta(microseconds=1)
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Share:
    """What belongs to one day.

    :param day: UTC.
    :param sessions: 1 on the day on which the session was opened, else 0.
    :param seconds: strokes of the clock that were heard.
    :param bytes: 0 if the media server does not tell.
    """

    day: date
    sessions: int
    seconds: int
    bytes: int


def share_out(session: EndedSession) -> list[Share]:
    """Share a session out; the shares of bytes add up exactly to what was sent.

    A second counts where it begins. So none is counted twice or lost, however often a viewer
    changes channels, though each of the sessions may last a fraction of one.
    """
    opened = session.opened_at.astimezone(timezone.utc)
    # The clocks of two hosts may differ: what ended before it was opened took no time.
    ended = max(opened, session.ended_at.astimezone(timezone.utc))
    whole = (ended - opened) // _MICROSECOND
    sent = session.bytes or 0
    shares: list[Share] = []
    counted = 0
    for start, end in _spans(opened, ended):
        # Rounded is what was sent so far, never a share: nothing is lost between two of them.
        so_far = sent * ((end - opened) // _MICROSECOND) // whole if whole else sent
        seconds = (_whole_second(end) - _whole_second(start)) // timedelta(seconds=1)
        shares.append(Share(start.date(), int(not shares), seconds, so_far - counted))
        counted = so_far
    return shares


def _spans(opened: datetime, ended: datetime) -> Iterator[tuple[datetime, datetime]]:
    start = opened
    while start.date() < ended.date():
        midnight = datetime.combine(start.date() + _DAY, time(), timezone.utc)
        yield start, midnight
        start = midnight
    if start < ended or start == opened:
        yield start, ended


def _whole_second(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)
