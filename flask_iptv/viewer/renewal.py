"""A new token for a viewer who asks for one, where the site lets viewers do so."""

from __future__ import annotations

import re

from flask import Response, request

from .. import config, database, holding, users
from ..errors import Conflict, NotFound
from ..models import User, utcnow
from .door import ask, back, holder, holder_of_more, routes, see

#: The largest form that is looked into, in bytes.
_MAX_FORM = 16_384
#: What :func:`flask_iptv.users.make_key` makes.
_MADE = re.compile(r"[A-Za-z0-9_-]{22}")


@routes.add("/new-token", methods=["GET", "POST"])
def new_token(token: str) -> Response:
    replacement = _replacement()
    try:
        user = holder_of_more(token, "new-token")
    except NotFound:
        if request.method != "POST" or not _MADE.fullmatch(replacement):
            raise
        # A second click: the first one has replaced the token that this one still has.
        return see(holder(replacement).key, "new-token")
    if not config.current().viewer_new_token or users.refusal(user, utcnow()) is not None:
        return back(user.key)
    if request.method != "POST" or not _MADE.fullmatch(replacement):
        return ask("my_new_token", user=user, replacement=users.make_key())
    if not _holds(user):
        # Somebody else has replaced the token a moment ago, since it had leaked perhaps.
        return new_token(token)
    try:
        users.rotate_key(user, replacement)
    except Conflict:
        # Somebody else's token; nobody is told that there is such a one.
        return ask("my_new_token", user=holder(token), replacement=users.make_key())
    database.commit()
    return see(user.key, "new-token")


def _replacement() -> str:
    # Anybody may send this: to read a large form takes long, and its length tells before.
    is_short = request.content_length is not None and request.content_length <= _MAX_FORM
    return request.form.get("replacement", "") if is_short else ""


def _holds(user: User) -> bool:
    """Hold a user, and tell whether the token is still what it was when it was looked up."""
    number, key = user.id, user.key
    database.commit()
    return holding.hold(User, "user", number).key == key
