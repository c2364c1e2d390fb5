"""Requests that no view hears of, though their address is one of ours but for slashes or method."""

from __future__ import annotations

import re
from contextlib import suppress

from flask import current_app, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.routing import RequestRedirect

_SLASHES = re.compile("/{2,}")


def endpoint() -> str:
    """The endpoint that this request has just missed; empty if it was led to a view, or to none.

    The answer to it comes from Flask, and the token of a viewer may be in its address.
    """
    error = request.routing_exception
    # Anything else has another reason, such as a host name that the site does not trust.
    if not isinstance(error, NotFound | MethodNotAllowed | RequestRedirect):
        return ""
    adapter = current_app.create_url_adapter(request)
    if adapter is None:
        return ""
    path = _SLASHES.sub("/", request.path)
    for near in (path, f"{path}/"):
        for method in adapter.allowed_methods(near):
            with suppress(HTTPException):
                return str(adapter.match(near, method)[0])
    return ""
