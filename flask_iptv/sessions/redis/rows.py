"""What goes to the scripts and comes back from them, as the stores' own types."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

from ..store import EndedSession, Ending, OpenSession

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_TEXT = ("utf-8", "surrogatepass")


def microseconds(moment: datetime) -> int:
    """Give a time as the scripts count it."""
    since = moment - _EPOCH
    return (since.days * 86400 + since.seconds) * 1_000_000 + since.microseconds


def number(value: int | None) -> bytes:
    """Write a number, or nothing."""
    return b"" if value is None else b"%d" % value


def text(value: str | None) -> bytes:
    """Write a text so that an empty one differs from none."""
    return b"" if value is None else b"+" + value.encode(*_TEXT)


def open_session(row: Sequence[Any]) -> OpenSession:
    """Read a session that goes on."""
    return OpenSession(
        id=int(row[0]),
        user_id=_number(row[1]),
        channel_id=int(row[2]),
        address=_text(row[3]),
        user_agent=_text(row[4]),
        protocol=_text(row[5]),
        server_session=_text(row[6]),
        opened_at=_moment(row[7]),
        seen_at=_moment(row[8]),
        expires_at=_moment(row[9]),
        bytes=row[10],
    )


def ended_session(row: Sequence[Any]) -> EndedSession:
    """Read what is left of a session that has ended."""
    return EndedSession(
        user_id=_number(row[0]),
        channel_id=int(row[1]),
        address=_text(row[2]),
        user_agent=_text(row[3]),
        protocol=_text(row[4]),
        opened_at=_moment(row[5]),
        ended_at=_moment(row[6]),
        ending=Ending(row[7].decode()),
        bytes=row[8],
        server_session=_text(row[9]),
    )


def _moment(since: int) -> datetime:
    return _EPOCH + timedelta(microseconds=since)


def _number(written: bytes) -> int | None:
    return int(written) if written else None


def _text(written: bytes) -> str | None:
    return written[1:].decode(*_TEXT) if written else None
