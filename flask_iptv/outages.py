"""What is an outage of a storage and no fault of a question, told without what was asked."""

from __future__ import annotations

import re
import traceback
from pathlib import Path

import sqlalchemy as sa

from .errors import IPTVError, SchemaError, Unavailable
from .phrases import Phrase, mark

#: What to do, by what drivers say.
_ADVICE = (
    (
        r"no such (table|column)|(relation|column) .* does not exist|table .* doesn't exist"
        r"|unknown column",
        mark("%(cause)s; run: flask iptv upgrade"),
    ),
    (
        r"not a database|malformed|corrupt",
        mark("%(cause)s; its file is damaged, put a backup in its place"),
    ),
    (r"is full|no space left", mark("%(cause)s; make room on its disk")),
    (
        r"read-?only",
        mark("%(cause)s; let the site write to the database, to its folder and to its disk"),
    ),
    (r"disk i/o error", mark("%(cause)s; look after its disk")),
)

#: What SQLAlchemy calls a value or a row that the database refuses: the caller's, no outage.
_REFUSALS = (sa.exc.IntegrityError, sa.exc.DataError)

_ROOT = Path(__file__).parent


class Broken(Unavailable):
    """A connection that was fine has turned out to be broken."""


class TooLate(Unavailable):
    """Others were in the way, and this one's transaction was undone."""


def outage_of(error: BaseException) -> IPTVError | None:
    """Tell an outage from every other error.

    The file or the server is away, damaged, full, read-only or busy, or has not our tables.

    :returns: what to say of it; ``None`` if it is something else.
    """
    if isinstance(error, Unavailable | SchemaError):
        return error
    if isinstance(error, sa.exc.DBAPIError) and not isinstance(error, _REFUSALS):
        return of_database(error)
    # The pool's, which gave no connection in time.
    return of_database(error) if isinstance(error, sa.exc.TimeoutError) else None


def of_database(error: BaseException, kind: type[Unavailable] = Unavailable) -> Unavailable:
    """The outage of the database that an error tells of, whatever kind of error that is."""
    return kind(Phrase("the database"), in_words(cause_of(error)))


def cause_of(error: BaseException) -> BaseException:
    """What the driver raised, which SQLAlchemy wraps."""
    return getattr(error, "orig", None) or error


def in_words(cause: BaseException) -> str:
    """Its first line: the whole error would show the statement with its values, tokens too."""
    text = next(iter(str(cause).splitlines()), "") or type(cause).__name__
    # SQLite repeats a text that is no UTF-8, which may be a token.
    text = text.partition(" with text ")[0]
    for said, words in _ADVICE:
        if re.search(said, text, re.IGNORECASE):
            return Phrase(words, cause=text)
    return text


def lacks_tables(outage: IPTVError) -> bool:
    """Whether what is missing is a table or a column."""
    cause = getattr(outage, "cause", None)
    return isinstance(cause, Phrase) and cause.words == _ADVICE[0][1]


def place_of(error: BaseException) -> str:
    """Where an error nobody expected came from; its text may hold what was asked, tokens too."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(_ROOT)]
    places = [f"{Path(frame.filename).relative_to(_ROOT)}:{frame.lineno}" for frame in ours[-3:]]
    return f"{type(error).__name__} at {', '.join(places) or 'an unknown place'}"
