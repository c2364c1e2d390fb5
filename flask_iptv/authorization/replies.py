"""What backends say to one question that all of them are asked at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from .backend import Backend, Down, Reply
from .line import Asked, Line
from .waiting import Waiting


@dataclass
class Replies:
    """What those have said who have said something.

    :param are_crowded: whether one that may well answer was not asked, or not waited for, since
        others wait already.
    :param was_any_asked: whether any was asked that was not silent before.
    """

    by_backend: dict[Backend, Reply] = field(default_factory=dict)
    are_crowded: bool = False
    was_any_asked: bool = False


def gather(lines: Sequence[Line], query: str, waiting: Waiting) -> Replies:
    """Ask all that may be asked, until the first allows or the wait is over.

    :param query: already encoded.
    """
    replies = Replies()
    pending = {asked.future: asked for asked in _ask(lines, query, waiting, replies)}
    try:
        while pending:
            done = waiting.for_a_moment(pending)
            if not done and not all(asked.is_trial for asked in pending.values()):
                done = waiting.for_long(pending)
            if not done:
                break
            for future in done:
                asked = pending.pop(future)
                try:
                    reply = replies.by_backend[asked.line.backend] = future.result()
                except Down:
                    continue
                if reply.allowed:
                    return replies
        for asked in pending.values():
            if waiting.is_over:
                asked.line.was_silent(asked.began)
            elif not asked.is_trial:
                replies.are_crowded = True
    finally:
        for asked in pending.values():
            # Whether one that was silent has come back is worth knowing without anybody's wait.
            if not asked.is_trial:
                asked.question.give_up()
    return replies


def _ask(lines: Sequence[Line], query: str, waiting: Waiting, replies: Replies) -> list[Asked]:
    begun = []
    for line in lines:
        now = waiting.began
        is_trial = line.rests
        if not line.may_ask(now):
            continue
        if not is_trial and line.is_overdue(now) and not waiting.take_place():
            replies.are_crowded = True
            continue
        asked = line.ask(query, now, is_trial=is_trial)
        if asked is None:
            replies.are_crowded = replies.are_crowded or not is_trial
            continue
        replies.was_any_asked = replies.was_any_asked or not is_trial
        begun.append(asked)
    return begun
