"""The entrance of the admin pages: their addresses, who may enter, and what goes wrong in words."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from flask import Response, request, url_for
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from .. import database, words
from ..errors import Conflict, InvalidInput, NotFound
from ..login import CLOSED, basic_auth, is_closed
from ..moments import span
from ..phrases import Phrase, capital
from ..rate_limits import TooMany
from ..routes import Routes
from ..words import mark, said, spoken, tr
from .pages import show

log = logging.getLogger("flask_iptv.admin")

View = Callable[..., Any]

routes = Routes("/admin", "admin")

#: Where others of a noun are that was not found.
_LISTS = {
    "user": (".admin_users", mark("Users")),
    "channel": (".admin_channels", mark("Channels")),
    "package": (".admin_packages", mark("Packages")),
    "server": (".admin_servers", mark("Servers")),
    "session": (".admin_sessions", mark("Live")),
}
_OVERVIEW = (".admin_start", mark("Overview"))

#: What Flask itself says of what our views can't take.
_FLASKS = (
    mark("Forbidden"),
    mark("Bad Request"),
    mark("The browser (or proxy) sent a request that this server could not understand."),
    mark("Request Entity Too Large"),
    mark("The data value transmitted exceeds the capacity limit."),
)

_auth = basic_auth()


def login(view: View) -> View:
    """Decorate a view so that it asks for the HTTP Basic login; closed while none is set."""
    guarded: View = _auth.login_required(view)

    @wraps(view)
    def entered(*args: Any, **kwargs: Any) -> Any:
        if is_closed():
            return show("outside", 403, title=tr("The IPTV pages are closed"), message=tr(CLOSED))
        try:
            return guarded(*args, **kwargs)
        except TooMany as limited:
            return _wait(limited)

    return entered


def _wait(limited: TooMany) -> Response:
    time = span(timedelta(seconds=limited.seconds))
    message = f"{spoken(limited.why)} {said('Try again in %(time)s.', time=time)}"
    response = show("outside", 429, title=tr("Please wait"), message=message)
    response.headers["Retry-After"] = str(limited.seconds)
    return response


@_auth.error_handler  # type: ignore[untyped-decorator]
def _refused(status: int) -> Response:
    message = tr(
        "These pages are for the site's administrator: log in with that name and password."
    )
    return show("outside", status, title=tr("Please log in"), message=message)


def word_errors(view: View) -> View:
    """Decorate a view so that what goes wrong in it becomes a page, and nothing is half-written."""

    @wraps(view)
    def worded(*args: Any, **kwargs: Any) -> Any:
        try:
            return view(*args, **kwargs)
        except Exception as error:
            database.undo()
            page = _word(error)
            if page is None:
                raise
            return page

    return worded


def _word(error: Exception) -> Response | None:
    if isinstance(error, HTTPException):
        if error.response is not None:
            raise error
        if isinstance(error, RequestEntityTooLarge):
            return _page(413, said(error.name), _limits())
        told = error.description or ""
        message = spoken(told) if isinstance(told, Phrase) else told and said(told)
        return _page(error.code or 500, said(error.name), message)
    if isinstance(error, NotFound):
        message = tr("%(what)s. It may have been deleted a moment ago.", what=spoken(error.message))
        return _page(404, tr("Not found"), message, _LISTS.get(error.noun, _OVERVIEW))
    if isinstance(error, Conflict):
        return _page(409, tr("Too late"), f"{_told(error)}.")
    if isinstance(error, InvalidInput):
        return _page(400, tr("This can't be used"), f"{_told(error)}.")
    if database.is_same_moment(error):
        message = tr("Somebody else deleted or changed this at the same moment. Nothing was saved.")
        return _page(409, tr("Too late"), message)
    outage = database.outage_of(error, log)
    if outage is None:
        return None
    title = tr("The database did not answer")
    return _page(503, title, tr("%(why)s. Nothing was saved.", why=spoken(outage.message)))


def _limits() -> str:
    sizes = [request.max_form_memory_size, request.max_content_length]
    size, parts = min(filter(None, sizes), default=None), request.max_form_parts
    if size is None or parts is None:
        return said("The data value transmitted exceeds the capacity limit.")
    return tr("A form of this site may have %(size)s and %(parts)s fields. Nothing was saved.",
              size=words.size(size), parts=words.number(parts))  # fmt: skip


def _told(error: InvalidInput) -> str:
    return "; ".join(spoken(problem.told) for problem in error.problems)


def _page(status: int, title: str, message: str, way_on: tuple[str, str] = _OVERVIEW) -> Response:
    endpoint, label = way_on
    return show(
        "error",
        status,
        title=title,
        message=capital(message),
        way_on=url_for(endpoint),
        way_on_words=tr(label),
    )
