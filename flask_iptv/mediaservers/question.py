"""A question and an answer as HTTP carries them, without an app around them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import unquote_to_bytes

from werkzeug.exceptions import HTTPException

from ..redaction import hides

#: Bytes of a body that are read; no media server asks with more.
MAX_BODY = 65_536

#: Parameters of a query that are read; no media server asks with more.
MAX_PARAMETERS = 200

#: What is raised when a body is larger than the host allows, or is cut off or garbled on its way:
#: nothing of it can be believed then.
UNREAD = (HTTPException, OSError, ValueError)


@hides("environ", "body")
class Question(NamedTuple):
    """What arrived at ``/auth``.

    :param environ: the WSGI environment, of which the query and the headers are read.
    :param body: at most :data:`MAX_BODY` bytes.
    """

    environ: Mapping[str, Any]
    body: bytes = b""

    @property
    def query(self) -> str:
        """The raw query string."""
        text: str = self.environ.get("QUERY_STRING", "")
        # WSGI hands bytes on as if they were Latin-1.
        return text if text.isascii() else text.encode("latin-1").decode("utf-8", "replace")

    @property
    def content_type(self) -> str:
        """Of the body, without parameters, in lower case."""
        text: str = self.environ.get("CONTENT_TYPE", "")
        return text.partition(";")[0].strip().lower()


@hides("headers", "text")
class Answer(NamedTuple):
    """What goes back.

    :param headers: those that the dialect needs.
    :param text: the body: the reason code on a refusal, so that operators see it in a terminal.
    """

    status: int
    headers: dict[str, str] = {}
    text: str = ""
    content_type: str = "text/plain; charset=utf-8"

    def lines(self) -> list[tuple[str, str]]:
        """Every header, in the order in which both doors send them."""
        return [
            ("Content-Type", self.content_type),
            ("Content-Length", str(len(self.text.encode()))),
            *self.headers.items(),
            ("Cache-Control", "no-store"),
        ]


def parameters(text: str) -> dict[str, str]:
    """The same as :func:`pairs`, where of a parameter given twice the first counts."""
    return dict(reversed(pairs(text)))


def pairs(text: str) -> list[tuple[str, str]]:
    """Read a query string or a form: the pairs that have a value, in their order.

    The same as :func:`urllib.parse.parse_qsl`, which takes seven times as long.

    :return: nothing if there are more than :data:`MAX_PARAMETERS`.
    """
    if text.count("&") >= MAX_PARAMETERS:
        return []
    found = []
    for part in text.split("&"):
        name, _, value = part.partition("=")
        if value:
            encoded = "%" in part or "+" in part
            found.append((_decoded(name), _decoded(value)) if encoded else (name, value))
    return found


def whole(text: str) -> str:
    """The same without halves of characters, which JSON can name and nothing can store."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _decoded(text: str) -> str:
    # As bytes, since a query out of JSON may have half a character in it.
    encoded = text.replace("+", " ").encode("utf-8", "replace")
    return unquote_to_bytes(encoded).decode("utf-8", "replace")
