"""The entrance of the viewer's own page: whose it is, and what is said if it is nobody's."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

import sqlalchemy as sa
from flask import Response, make_response, redirect, request, url_for
from sqlalchemy.orm import selectinload
from werkzeug.exceptions import HTTPException

from .. import database, rate_limits, users
from ..errors import Conflict, NotFound
from ..models import User
from ..moments import span
from ..pages import render
from ..routes import Routes
from ..words import mark, said, tr

log = logging.getLogger("flask_iptv.viewer")

View = Callable[..., Any]

# Tokens that administrators choose may have a slash.
routes = Routes("/my/<path:token>", "my")

#: What the page after a change says, by the code in its address.
_NOTICES = {
    "new-token": mark(
        "This is your new page: keep its address. The old one leads nowhere now. Put the new "
        "playlist into your players."
    ),
    "stopped": mark("That device was told to stop. Another one may watch in its place."),
    "over": mark("That device has stopped watching already."),
}

#: No picture comes from elsewhere: another site would learn who looks at which channels.
_POLICY = {"img-src": "'self' data:"}


def holder(token: str) -> User:
    """Look up the user whose token this is, with the packages.

    :raises NotFound: if it is nobody's; the token is not repeated in it.
    """
    statement = sa.select(User).where(User.key == token).options(selectinload(User.packages))
    user = None if "\0" in token else database.session().scalars(statement).first()
    held = user.key if user else users.make_key()
    # Databases may compare without regard to case.
    if not secrets.compare_digest(held.encode(), token.encode(errors="replace")) or user is None:
        raise NotFound("user with this", "token")
    return user


def holder_of_more(token: str, page: str) -> User:
    """Look up the user whose token this is, for another page below the own one.

    :param page: how its address goes on after the token.
    :raises NotFound: if it is nobody's, or somebody's token has just this address.
    """
    user = holder(token)
    try:
        holder(f"{token}/{page}")
    except NotFound:
        return user
    raise NotFound("user with this", "token")


def show(template: str, status: int = 200, **facts: Any) -> Response:
    """Render a page of the viewer, which no other site and no index learns of."""
    notice = _NOTICES.get(request.args.get("done", ""))
    response = render(
        template, status, policy=_POLICY, notice=tr(notice) if notice else "", **facts
    )
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def ask(template: str, **facts: Any) -> Response:
    """Render a page with a form that changes something.

    Without any referrer, browsers say of a form that it comes from nowhere, and those that don't
    tell ``Sec-Fetch-Site``, and Flask-WTF, then take it for another site's. Other sites learn
    nothing from this policy either.
    """
    response = show(template, **facts)
    response.headers["Referrer-Policy"] = "same-origin"
    return response


def see(token: str, done: str) -> Response:
    """Send the browser to a viewer's page after a form was sent.

    :param done: what that page says.
    """
    return _quietly(redirect(url_for(".my_page", token=token, done=done), 303))


def back(token: str) -> Response:
    """Send the browser to a viewer's page, which says nothing more."""
    return _quietly(redirect(url_for(".my_page", token=token), 303))


def _quietly(moved: Any) -> Response:
    response = make_response(moved)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def word_errors(view: View) -> View:
    """Decorate a view so that what goes wrong in it is said in a viewer's words."""

    @wraps(view)
    def worded(*args: Any, **kwargs: Any) -> Any:
        try:
            return view(*args, **kwargs)
        except NotFound:
            wait = rate_limits.count("unknown_token")
            return _wait(wait) if wait else show("my_unknown", 404)
        except HTTPException as error:
            database.undo()
            if error.response is not None:
                raise
            return _failed(error.code or 500, said("This was refused. Nothing was changed."))
        except Conflict:
            return _failed(
                409, said("Something else changed at the same moment. Please try again.")
            )
        except Exception as error:
            if database.outage_of(error, log) is None:
                raise
            return _failed(503, said("This can't be shown now. Please try again in a moment."))

    return worded


def _wait(seconds: int) -> Response:
    message = said(
        "Too many addresses that lead nowhere were opened from your network. The one that your "
        "provider sent you works at once; others can be tried again in %(time)s.",
        time=span(timedelta(seconds=seconds)),
    )
    response = _failed(429, message)
    response.headers["Retry-After"] = str(seconds)
    return response


def _failed(status: int, message: str) -> Response:
    return show("my_failed", status, message=message)
