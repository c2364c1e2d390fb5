"""What a dialect is: how one media server's questions are read, and how the answers are worded."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from ..authorization import Decision, Play, Publish
from .question import Answer, Question

#: Seconds for which a slot is held where a server asks once and tells the end. A server that dies
#: without a word holds slots for so long; the same device takes its own slot over all the same.
UNTIL_CLOSED = 4 * 60 * 60


class Notice(NamedTuple):
    """Something that a server only tells: it is thanked for and changes nothing."""


class Ended(NamedTuple):
    """The end of a session, of a server that does not tell any more whose it was.

    :param bytes: sent in it, where the server tells.
    """

    server_session: str
    bytes: int | None = None


class Unreadable(Exception):
    """A question that makes no sense in its dialect.

    It is refused in the server's own words.

    :param why: what is wrong with it, without anything that was in it.
    """

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


#: What a question turns out to be.
Asked = Play | Publish | Ended | Notice


class Dialect(NamedTuple):
    """How one kind of media server asks.

    :param parse: reads a question; raises :class:`Unreadable` and nothing else.
    :param answer: words a decision; one with a reason must be a refusal to this server.
    :param is_signed: whether a question bears a signature made with this secret; ``None`` where
        servers don't sign.
    :param outage: the answer when a storage can't tell: no allow to this server.
    :param names_viewers_at_end: whether the end of a session tells whose it was; else
        :class:`Ended` is all that is known of it.
    :param without_address: what to tell the operator when a question lacks the viewer's address.
    """

    parse: Callable[[Question], Asked]
    answer: Callable[[Question, Decision], Answer]
    is_signed: Callable[[Question, bytes], bool] | None = None
    outage: Answer = Answer(503, text="storage unavailable")
    names_viewers_at_end: bool = True
    without_address: str = (
        "a media server asks without the viewer's address, so devices are told apart by their "
        "user agents alone and users with allowed_networks are refused"
    )
