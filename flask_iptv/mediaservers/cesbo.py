"""The dialects of Cesbo Alta and Astra ("HTTP backend"): the viewer's query and a few headers."""

from __future__ import annotations

from urllib.parse import quote

from .. import stream_urls
from ..authorization import Play
from .dialect import Dialect, Unreadable
from .question import Question, parameters
from .wording import by_status


def parse_alta(question: Question) -> Play:
    """Read the question of Alta, which tells the path: the channel's URL template knows it."""
    header: str = question.environ.get("HTTP_X_REAL_PATH", "")
    # WSGI hands bytes on as if they were Latin-1; those that a URL can't have are encoded.
    path = stream_urls.decode_path(quote(header.encode("latin-1", "replace"), safe=_AS_SENT))
    if not path:
        raise Unreadable("X-Real-Path is missing or no path that can be trusted")
    return _play(question)._replace(path=path)


def parse_astra(question: Question) -> Play:
    """Read the question of Astra, which tells the stream's id; without it the path is read."""
    header: str = question.environ.get("HTTP_X_CHANNEL_ID", "")
    if not header:
        return parse_alta(question)
    channel = header.encode("latin-1", "replace").decode("utf-8", "replace")
    if channel.startswith("/") or channel.endswith("/"):
        raise Unreadable("X-Channel-ID begins or ends with a slash")
    return _play(question)._replace(stream=channel)


_AS_SENT = "/%?#!$&'()*+,;=:@~[]"


def _play(question: Question) -> Play:
    # Both say "appended": a secret of the operator's and the viewer's own query are in one.
    return Play(
        token=parameters(question.query).get("token"),
        address=question.environ.get("HTTP_X_REAL_IP"),
        user_agent=question.environ.get("HTTP_X_REAL_UA"),
        protocol="http",
        server_session=question.environ.get("HTTP_X_SESSION_ID"),
    )


ALTA = Dialect(parse_alta, by_status)
ASTRA = Dialect(parse_astra, by_status)
