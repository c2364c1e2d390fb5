"""A question and an answer as HTTP carries them, without an app around them."""

from __future__ import annotations

from dataclasses import dataclass, field

from werkzeug.datastructures import Headers


@dataclass(frozen=True)
class Question:
    """What arrived at ``/auth``.

    :param query: the raw query string.
    :param content_type: of the body, without parameters, in lower case.
    :param body: at most :data:`MAX_BODY` bytes.
    """

    query: str
    headers: Headers
    content_type: str = ""
    body: bytes = b""


#: Bytes of a body that are read; no media server asks with more.
MAX_BODY = 65_536


@dataclass(frozen=True)
class Answer:
    """What goes back.

    :param text: the body: the reason code on a refusal, so that operators see it in a terminal.
    """

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    text: str = ""
