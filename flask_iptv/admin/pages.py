"""The pages of the administrator as responses, or the way to the next one after a form."""

from __future__ import annotations

from typing import Any

from flask import Response, make_response, redirect, request, url_for

from .. import words
from ..pages import render
from ..words import mark

#: What the page after a change says; the address carries only the code, so no session is needed.
NOTICES = {
    "user-created": mark(
        "The user was created. Send the viewer one of the playlist addresses below."
    ),
    "user-saved": mark("The user was saved."),
    "user-enabled": mark("The user was enabled."),
    "user-disabled": mark(
        "The user was disabled: who watches now is cut, or refused within minutes."
    ),
    "user-deleted": mark("The user was deleted."),
    "token-made": mark("The user has a new token. Send the viewer the new playlist address."),
    "channel-created": mark("The channel was created."),
    "channel-saved": mark("The channel was saved."),
    "channel-enabled": mark("The channel was enabled."),
    "channel-disabled": mark(
        "The channel was disabled: whoever watches it is refused within minutes."
    ),
    "channel-deleted": mark("The channel was deleted."),
    "package-created": mark("The package was created."),
    "package-saved": mark("The package was saved."),
    "package-deleted": mark("The package was deleted."),
    "server-created": mark("The server was created."),
    "server-saved": mark("The server was saved."),
    "server-saved-without-password": "The server was saved. The password of its API was forgotten, "
    "since the API is at another address or another program now: enter the new one.",
    "server-deleted": mark("The server was deleted."),
    "server-synced": mark("The channels of this server are now what it has."),
    "session-cut": mark(
        "The session was cut: its server is told, or refuses it when it asks next."
    ),
    "session-over": mark("That session had ended already."),
}


def show(template: str, status: int = 200, **facts: Any) -> Response:
    """Render a page with what the one before has done.

    :param template: its name in ``templates/iptv``, without ``.html``.
    :param facts: what it shows; see :func:`flask_iptv.pages.render`.
    """
    notice = NOTICES.get(request.args.get("done", ""))
    return render(template, status, notice=words.tr(notice) if notice else "", **facts)


def see(endpoint: str, done: str, **values: Any) -> Response:
    """Send the browser on to a page after a form was sent.

    :param done: a code of :data:`NOTICES`.
    """
    return make_response(redirect(url_for(endpoint, done=done, **values), 303))
