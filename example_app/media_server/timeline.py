"""The endless timeline: the clip over and over, in numbered segments that follow the clock."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path

from . import packets

SEGMENT_DURATION = timedelta(seconds=2)
#: Segment 0 began here. A fixed date lets the numbers go on growing when the server restarts.
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
CLIP_FOLDER = Path(__file__).with_name("clip")


class Clip:
    """A clip that is repeated for ever, with timestamps that go on at each repetition.

    :param segments: MPEG-TS of :data:`SEGMENT_DURATION` each, beginning with the tables and a
        keyframe; the last is followed by the first without a gap.
    :raises ValueError: a segment is not an MPEG transport stream, or there is none.
    """

    def __init__(self, segments: Sequence[bytes]) -> None:
        if not segments:
            raise ValueError("a clip needs at least one segment")
        self.segments = tuple(segments)
        self._payloads_before: list[Counter[int]] = []
        self._payloads: Counter[int] = Counter()
        for segment in self.segments:
            self._payloads_before.append(self._payloads.copy())
            self._payloads += packets.count_payloads(segment)

    @classmethod
    def load(cls, folder: Path = CLIP_FOLDER) -> Clip:
        """Read ``0.ts``, ``1.ts`` and so on from a folder."""
        paths = sorted(folder.glob("*.ts"), key=lambda path: int(path.stem))
        return cls([path.read_bytes() for path in paths])

    @property
    def duration(self) -> timedelta:
        """The time after which the clip begins again."""
        return len(self.segments) * SEGMENT_DURATION

    def segment(self, number: int) -> bytes:
        """The MPEG-TS of one segment of the timeline.

        :param number: counts from 0 at :data:`EPOCH`.
        """
        repetition, index = divmod(number, len(self.segments))
        counters = {
            pid: repetition * count + self._payloads_before[index][pid]
            for pid, count in self._payloads.items()
        }
        seconds = repetition * int(self.duration.total_seconds())
        ticks = seconds * packets.TICKS_PER_SECOND
        return packets.moved(self.segments[index], ticks, counters)

    def between(self, start: datetime, end: datetime) -> bytes:
        """The packets on air from one moment to another, none when ``end`` is not later.

        What is asked for piece by piece, each from where the one before it ended, is the whole.
        """
        first, last = number_at(start), number_at(end)
        pieces = []
        for number in range(first, last + 1):
            segment = self.segment(number)
            begin = _packets_by(start, number, segment) if number == first else 0
            until = _packets_by(end, number, segment) if number == last else None
            pieces.append(segment[begin:until])
        return b"".join(pieces)


def number_at(moment: datetime) -> int:
    """The number of the segment that is on air at a moment (UTC)."""
    return (moment - EPOCH) // SEGMENT_DURATION


def start_of(number: int) -> datetime:
    """The moment (UTC) at which a segment goes on air."""
    return EPOCH + number * SEGMENT_DURATION


def _packets_by(moment: datetime, number: int, segment: bytes) -> int:
    """How many bytes of a segment have been on air by a moment within it, in whole packets."""
    count = len(segment) // packets.PACKET_SIZE
    return count * (moment - start_of(number)) // SEGMENT_DURATION * packets.PACKET_SIZE
