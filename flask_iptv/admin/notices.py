"""What pages say of a change with the names of whom it was about, whose ids the address carries."""

from __future__ import annotations

from flask import request, url_for

from .. import records
from .. import users as verbs
from ..errors import NotFound
from ..models import Channel, User
from ..words import tr


def switched(user: User) -> str:
    """That a user may watch again, or no more."""
    if user.enabled:
        return tr("<b><bdi>%(name)s</bdi></b> was enabled.", name=user.name)
    return tr(
        "<b><bdi>%(name)s</bdi></b> was disabled: who watches now is cut, or refused within "
        "minutes.",
        name=user.name,
    )


def of_switch() -> str:
    """The same after a page was loaded for it; ``""`` if nobody was switched."""
    if request.args.get("done") not in ("user-enabled", "user-disabled"):
        return ""
    try:
        return switched(verbs.get(_number("user_id")))
    except NotFound:
        return ""


def of_cut(user: User | None = None) -> str:
    """That a session was cut, and where to see how it went on; ``""`` if none was.

    :param user: whose it was, if the page is this user's.
    """
    if request.args.get("done") != "session-cut":
        return ""
    cuts = url_for(".admin_cuts")
    try:
        channel = records.by_id(Channel, "channel", _number("channel_id"))
        if user is None and "user_id" in request.args:
            user = verbs.get(_number("user_id"))
    except NotFound:
        return tr(
            "The session was cut: its media server is told, or refuses it when it asks next. "
            '<a href="%(address)s">See what it says</a>',
            address=cuts,
        )
    if user is None:
        return tr(
            "The viewer with a signed link on <b><bdi>%(channel)s</bdi></b> was cut: the media "
            "server is told, or refuses the session when it asks next. "
            '<a href="%(address)s">See what it says</a>',
            channel=channel.title,
            address=cuts,
        )
    return tr(
        "<b><bdi>%(name)s</bdi></b> on <b><bdi>%(channel)s</bdi></b> was cut: the media server is "
        "told, or refuses the session when it asks next. "
        '<a href="%(address)s">See what it says</a>',
        name=user.name,
        channel=channel.title,
        address=cuts,
    )


def _number(name: str) -> int:
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
