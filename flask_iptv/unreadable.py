"""What stands for a value that somebody else's SQL has written and that can't be read."""

from __future__ import annotations

from datetime import date, datetime

#: Letters of it that are kept, to be shown to whoever can mend it.
_MOST = 200


class Unreadable:
    """Marks a value that stands for what can't be read.

    It is of the kind that the column has, so that whatever shows it goes on, and it is the one of
    them that opens nothing.
    """

    #: What the database has there.
    written: str = ""


class UnreadableText(Unreadable, str):
    """A text of bytes that are none."""


class UnreadableNumber(Unreadable, int):
    """A number that is none."""

    def __str__(self) -> str:
        return self.written


class UnreadableFlag(Unreadable, int):
    """Something that is neither true nor false."""

    # Whoever switches it to what it stands for writes that down.
    def __eq__(self, other: object) -> bool:
        return self is other

    __hash__ = int.__hash__


class UnreadableTime(Unreadable, datetime):
    """A time that is none."""


class UnreadableDay(Unreadable, date):
    """A day that is none."""


class UnreadableTexts(Unreadable, list[str]):
    """A list of texts that is none; what is written there is its only item."""


def written(value: object) -> str:
    """What the database has there, as it can be shown."""
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    return text[:_MOST]
