"""The door through Flask: an ordinary view, with all that the host does around its views."""

from __future__ import annotations

import logging
from urllib.parse import urlencode

from flask import Response, current_app, request

from ..errors import ConfigError
from ..said import Said
from .endpoint import Endpoint, outage
from .question import MAX_BODY, UNREAD, Answer, Question

#: What is in the log of this process, whatever the number of its apps.
_SAID = Said(logging.getLogger("flask_iptv"))


def auth(server: str | None = None) -> Response:
    """Answer a media server."""
    answer = _answer(server)
    return Response(answer.text, answer.status, answer.lines())


def _answer(server: str | None) -> Answer:
    try:
        endpoint: Endpoint = current_app.extensions["iptv"].endpoint
    except ConfigError as error:
        if current_app.testing or current_app.debug:
            raise
        _SAID.once_a_minute("can't answer media servers: %s", error)
        return outage(Question(request.environ, b""), server)
    body = _body() if endpoint.may_read(request.environ) else b""
    return endpoint.answer(Question(request.environ, body), server)


def _body() -> bytes:
    if (request.content_length or 0) > MAX_BODY:
        return b""
    try:
        if request.content_length is None:
            return request.stream.read(MAX_BODY)
        # Empty if the host has parsed it as a form already, which Flask keeps.
        return request.get_data() or urlencode(list(request.form.items(multi=True))).encode()
    except UNREAD:
        return b""
