"""What a database says when it does not do what it was asked, told without what it was asked."""

from __future__ import annotations

from .errors import Unavailable


class Broken(Unavailable):
    """A connection that was fine has turned out to be broken."""


class TooLate(Unavailable):
    """Others were in the way, and this one's transaction was undone."""


def cause_of(error: BaseException) -> BaseException:
    """What the driver raised, which SQLAlchemy wraps."""
    return getattr(error, "orig", None) or error


def in_words(cause: BaseException) -> str:
    """Its first line: the whole error would show the statement with its values, tokens too."""
    text = next(iter(str(cause).splitlines()), type(cause).__name__)
    if "no such" in text or "not exist" in text or "doesn't exist" in text:
        text += "; run: flask iptv upgrade"
    return text
