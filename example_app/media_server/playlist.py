"""The HLS playlist of a stream: a window that slides over the timeline (RFC 8216)."""

from __future__ import annotations

from datetime import datetime

from . import timeline

#: Segments in a playlist. A live one should hold at least three (RFC 8216, 6.3.3).
WINDOW = 5


def latest(now: datetime) -> int:
    """The number of the newest segment that is complete at ``now`` (UTC)."""
    return timeline.number_at(now) - 1


def is_available(number: int, now: datetime) -> bool:
    """Whether a segment may still be fetched: as long again as it was in a playlist.

    RFC 8216, 6.2.2 asks for the segment's own duration plus that of the playlist.
    """
    return latest(now) - 2 * WINDOW <= number <= latest(now)


def text(now: datetime, session_id: str) -> str:
    """The media playlist at ``now`` (UTC).

    :param session_id: goes into every segment's address, because many players do not carry the
        playlist's own query over to relative addresses.
    """
    newest = latest(now)
    seconds = timeline.SEGMENT_DURATION.total_seconds()
    lines = [
        "#EXTM3U",
        "#EXT-X-VERSION:3",
        f"#EXT-X-TARGETDURATION:{seconds:.0f}",
        f"#EXT-X-MEDIA-SEQUENCE:{newest - WINDOW + 1}",
    ]
    for number in range(newest - WINDOW + 1, newest + 1):
        lines += [f"#EXTINF:{seconds:.3f},", f"{number}.ts?session={session_id}"]
    return "\n".join(lines) + "\n"
