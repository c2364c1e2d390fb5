"""The door through Flask: an ordinary view, with all that the host does around its views."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Response, current_app, request
from werkzeug.exceptions import HTTPException

from .endpoint import Endpoint
from .question import MAX_BODY, Question


def auth(server: str | None = None) -> Response:
    """Answer a media server."""
    endpoint: Endpoint = current_app.extensions["iptv"].endpoint
    body = _body() if endpoint.may_read(request.environ) else b""
    answer = endpoint.answer(Question(request.environ, body), server)
    return Response(answer.text, answer.status, answer.lines())


def _body() -> bytes:
    if (request.content_length or 0) > MAX_BODY:
        return b""
    try:
        if request.content_length is None:
            return request.stream.read(MAX_BODY)
        # Empty if the host has parsed it as a form already, which Flask keeps.
        return request.get_data() or urlencode(list(request.form.items(multi=True))).encode()
    except HTTPException:
        # Larger than the host allows: nothing of it can be believed.
        return b""
