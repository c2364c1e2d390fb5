"""The dialect of MistServer ("triggers"): lines of text, answered by true or false."""

from __future__ import annotations

from ..authorization import Decision, Play, Publish
from .dialect import UNTIL_CLOSED, Asked, Dialect, Ended, Unreadable
from .question import Answer, Question, parameters
from .wording import refusal


def parse(question: Question) -> Asked:
    """Read the lines of the trigger that ``X-Trigger`` names.

    The viewer's own text comes late in them. Should it have line breaks, there are more lines than
    there may be.
    """
    lines = question.body.decode("utf-8", "replace").removesuffix("\n").split("\n")
    trigger = question.environ.get("HTTP_X_TRIGGER", "")
    if trigger == "USER_NEW" and len(lines) == 6:
        return _opened(lines)
    if trigger == "STREAM_PUSH" and len(lines) == 4:
        stream, address, _, url = lines
        return Publish(_named(stream), _token(url), address=address)
    if trigger == "USER_END" and len(lines) >= 7:
        return Ended(lines[0], _count(lines[6]))
    raise Unreadable("the trigger is not one that is answered, or has too few or too many lines")


def answer(question: Question, decision: Decision) -> Answer:
    """Word the decision in the body, always with 200.

    After any other status MistServer does as the trigger's ``default`` says, and that is true
    unless it was configured (lib/triggers.cpp).
    """
    return Answer(200, text="true" if refusal(decision) is None else "false")


def _opened(lines: list[str]) -> Play:
    stream, address, _, connector, url, session = lines
    return Play(
        token=_token(url),
        stream=_named(stream),
        address=address,
        protocol=connector.lower(),
        server_session=session,
        lease=UNTIL_CLOSED,
    )


def _named(stream: str) -> str:
    if not stream or stream.startswith("/") or stream.endswith("/"):
        raise Unreadable("the stream is missing, or begins or ends with a slash")
    return stream


def _token(url: str) -> str | None:
    return parameters(url.partition("?")[2]).get("token")


def _count(text: str) -> int | None:
    return int(text) if len(text) < 20 and text.isascii() and text.isdigit() else None


DIALECT = Dialect(parse, answer, outage=Answer(200, text="false"), names_viewers_at_end=False)
