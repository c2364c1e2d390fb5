"""The door before Flask: the same answers without what Flask does for a request."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import Flask
from werkzeug.wsgi import get_content_length, get_input_stream

from ..errors import IPTVError
from .endpoint import Endpoint
from .question import MAX_BODY, UNREAD, Question
from .view import auth

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

FindEndpoint = Callable[[], Endpoint | None]

#: Some proxies ask with the viewer's method.
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

_ANSWERED = frozenset({*METHODS, "HEAD"})
_STATUS = {status.value: f"{status.value} {status.phrase.upper()}" for status in HTTPStatus}
#: What WSGI middleware calls the application that it wraps.
_WRAPPED = ("wsgi_app", "app", "application")


class Door:
    """A WSGI callable in front of an app, for exactly the addresses of its mounts.

    None of the host's request hooks and error handlers sees these questions; the view behind it
    gives the same answers.

    :param app: the app that gets everything else.
    :param inner: how it gets it.
    :param find: gives the endpoint, or ``None`` if the view is to answer.
    """

    def __init__(self, app: Flask, inner: WSGIApplication, find: FindEndpoint) -> None:
        self._config = app.config
        self._inner = inner
        self._find = find
        #: Found once and for all, so that no question pays for the looking.
        self.endpoint: Endpoint | None = None
        #: As ``PATH_INFO`` has them, with the name of the server that each is for.
        self.paths: dict[str, str | None] = {}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Called by the WSGI server."""
        method = environ["REQUEST_METHOD"]
        path = environ.get("PATH_INFO")
        if path not in self.paths or method not in _ANSWERED:
            return self._inner(environ, start_response)
        endpoint = self.endpoint or self._find()
        if endpoint is None:
            return self._inner(environ, start_response)
        question = Question(environ, self._body(environ, endpoint))
        answer = endpoint.answer(question, self.paths[path])
        start_response(_STATUS[answer.status], answer.lines())
        return [] if method == "HEAD" else [answer.text.encode()]

    def _body(self, environ: WSGIEnvironment, endpoint: Endpoint) -> bytes:
        if not environ.get("CONTENT_LENGTH") and "HTTP_TRANSFER_ENCODING" not in environ:
            return b""
        if not endpoint.may_read(environ):
            return b""
        allowed = self._config.get("MAX_CONTENT_LENGTH")
        length = get_content_length(environ)
        if (length or 0) > MAX_BODY:
            return b""
        try:
            body = get_input_stream(environ, max_content_length=allowed)
            # To its end, so that a body that was cut off is noticed.
            return body.read(MAX_BODY) if length is None else body.read()
        except UNREAD:
            return b""


class Hidden(IPTVError):
    """The app can't be found behind its middleware; the message says what follows."""


def open_door(app: Flask, find: FindEndpoint) -> Door:
    """Put a door directly before an app, behind the WSGI middleware that it may have already.

    :param find: as :class:`Door` takes it.
    :raises Hidden: if the app can't be found: a door before its middleware would believe what that
        corrects, such as the address of a reverse proxy.
    """
    holder: Any = app
    name = "wsgi_app"
    inner: Any = app.wsgi_app
    seen = {id(app)}
    while getattr(inner, "__self__", None) is not app:
        found = next((name for name in _WRAPPED if callable(getattr(inner, name, None))), None)
        if found is None or id(inner) in seen:
            raise Hidden(
                f"the WSGI middleware {type(inner).__name__!r} hides the app, so /auth is answered "
                "by a Flask view, which is slower; register the IPTV blueprint before wrapping "
                "app.wsgi_app"
            )
        seen.add(id(inner))
        holder, name, inner = inner, found, getattr(inner, found)
    door = Door(app, inner, find)
    setattr(holder, name, door)
    return door


def paths_of(app: Flask) -> dict[str, str | None]:
    """The addresses of ``/auth`` of all mounts, without those that depend on host or variables.

    :returns: for each the name of the server that it is for.
    """
    found: dict[str, str | None] = {}
    for rule in app.url_map.iter_rules():
        given = dict(rule.defaults or {})
        server = given.pop("server", None)
        variable = rule.arguments - {"server"} or rule.subdomain or rule.host
        if app.view_functions.get(rule.endpoint) is auth and not (given or variable):
            found[rule.rule.encode().decode("latin-1")] = server
    return found
