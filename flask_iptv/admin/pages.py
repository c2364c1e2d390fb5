"""The pages of the administrator as responses, or the way to the next one after a form."""

from __future__ import annotations

from typing import Any

from flask import Response, make_response, redirect, request, url_for

from .. import words
from ..pages import render
from ..words import mark, mark_many

#: What the page after a change says; the address carries only the code, so no session is needed.
NOTICES = {
    "user-created": mark("The user was created. Here is what to send to the viewer."),
    "user-saved": mark("The user was saved."),
    "user-enabled": mark("The user was enabled."),
    "user-disabled": mark(
        "The user was disabled: who watches now is cut, or refused within minutes."
    ),
    "user-deleted": mark("The user was deleted."),
    "token-made": mark("The user has a new token. Send the viewer the new addresses."),
    "channel-created": mark("The channel was created."),
    "channel-saved": mark("The channel was saved."),
    "channel-enabled": mark("The channel was enabled."),
    "channel-disabled": mark(
        "The channel was disabled: whoever watches it is refused within minutes."
    ),
    "channel-deleted": mark("The channel was deleted."),
    "channel-placed": mark("The channel has its new place."),
    "channels-imported": mark("The playlist was imported."),
    "group-renamed": mark("The group was renamed."),
    "package-created": mark("The package was created."),
    "package-saved": mark("The package was saved."),
    "package-joined": mark("All channels that were found are in the package now."),
    "package-left": mark("The channels were taken out of the package."),
    "package-deleted": mark("The package was deleted."),
    "server-created": mark("The server was created."),
    "server-saved": mark("The server was saved."),
    "server-saved-without-password": mark(
        "The server was saved. The password of its API was forgotten, since the API is at another "
        "address or another program now: enter the new one."
    ),
    "server-deleted": mark("The server was deleted."),
    "server-synced": mark("The channels of this server are now what it has."),
    "session-over": mark("That session had ended already."),
}

#: The same about many; the address carries their number as well.
NUMBERED_NOTICES = {
    "users-enabled": mark_many("%(num)s user was enabled.", "%(num)s users were enabled."),
    "users-disabled": mark_many(
        "%(num)s user was disabled: who watches now is cut, or refused within minutes.",
        "%(num)s users were disabled: who watches now is cut, or refused within minutes.",
    ),
    "users-extended": mark_many(
        "%(num)s user has a later expiry now.", "%(num)s users have a later expiry now."
    ),
    "users-given": mark_many(
        "%(num)s user has the package now who did not have it.",
        "%(num)s users have the package now who did not have it.",
    ),
    "channels-enabled": mark_many("%(num)s channel was enabled.", "%(num)s channels were enabled."),
    "channels-disabled": mark_many(
        "%(num)s channel was disabled: whoever watches it is refused within minutes.",
        "%(num)s channels were disabled: whoever watches them is refused within minutes.",
    ),
    "channels-grouped": mark_many(
        "%(num)s channel has another group now.", "%(num)s channels have another group now."
    ),
    "channels-added": mark_many(
        "%(num)s channel is in the package now that was not in it.",
        "%(num)s channels are in the package now that were not in it.",
    ),
    "channels-removed": mark_many(
        "%(num)s channel was taken out of the package.",
        "%(num)s channels were taken out of the package.",
    ),
    "users-taken": mark_many(
        "The package was taken from %(num)s user.", "The package was taken from %(num)s users."
    ),
}


def show(template: str, status: int = 200, *, notice: str = "", **facts: Any) -> Response:
    """Render a page with what the one before has done.

    :param template: its name in ``templates/iptv``, without ``.html``.
    :param notice: what to say of that instead, with names in it.
    :param facts: what it shows; see :func:`flask_iptv.pages.render`.
    """
    return render(template, status, notice=notice or _notice(), **facts)


def see(endpoint: str, done: str, **values: Any) -> Response:
    """Send the browser on to a page after a form was sent.

    :param done: a code of :data:`NOTICES`, or of :data:`NUMBERED_NOTICES` with a ``number``.
    """
    return make_response(redirect(url_for(endpoint, done=done, **values), 303))


def _notice() -> str:
    done, number = request.args.get("done", ""), request.args.get("number", "")
    if done in NOTICES:
        notice = words.tr(NOTICES[done])
        if "others" in request.args:
            notice += " " + words.tr("Somebody else has changed something else here: that stays.")
        return notice
    if done in NUMBERED_NOTICES and number.isascii() and number.isdigit() and len(number) < 10:
        num = int(number)
        return words.trn(*NUMBERED_NOTICES[done], num, num=words.number(num))
    return ""
