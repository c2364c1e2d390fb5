"""Pages as responses: rendered, or the way to the next one after a form was sent."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from flask import Response, make_response, redirect, render_template, request, url_for

from ..models import utcnow
from .moments import span

#: What the page after a change says; the address carries only the code, so no session is needed.
NOTICES = {
    "user-created": "The user was created. Send the viewer one of the playlist addresses below.",
    "user-saved": "The user was saved.",
    "user-enabled": "The user was enabled.",
    "user-disabled": "The user was disabled: who watches now is cut, or refused within minutes.",
    "user-deleted": "The user was deleted.",
    "token-made": "The user has a new token. Send the viewer the new playlist address.",
    "channel-created": "The channel was created.",
    "channel-saved": "The channel was saved.",
    "channel-enabled": "The channel was enabled.",
    "channel-disabled": "The channel was disabled: whoever watches it is refused within minutes.",
    "channel-deleted": "The channel was deleted.",
    "package-created": "The package was created.",
    "package-saved": "The package was saved.",
    "package-deleted": "The package was deleted.",
    "server-created": "The server was created.",
    "server-saved": "The server was saved.",
    "server-saved-without-password": "The server was saved. The password of its API was forgotten, "
    "since the API is at another address or another program now: enter the new one.",
    "server-deleted": "The server was deleted.",
    "server-synced": "The channels of this server are now what it has.",
    "session-cut": "The session was cut: its server is told, or refuses it when it asks next.",
    "session-over": "That session had ended already.",
}

_HEADERS = {
    # The pages show viewers' tokens.
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    # In another site's frame an administrator could be made to click on a switch unknowingly.
    "X-Frame-Options": "SAMEORIGIN",
}


def show(template: str, status: int = 200, **facts: Any) -> Response:
    """Render a page.

    :param template: its name in ``templates/iptv``, without ``.html``.
    :param facts: what it shows. Templates see it as attributes of one name, ``iptv``, so that
        nothing hides a variable of the host's layout.
    """
    facts |= {"notice": NOTICES.get(request.args.get("done", "")), "now": utcnow(), "span": span}
    text = render_template(f"iptv/{template}.html", iptv=SimpleNamespace(**facts))
    response = make_response(text, status)
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def see(endpoint: str, done: str, **values: Any) -> Response:
    """Send the browser on to a page after a form was sent.

    :param done: a code of :data:`NOTICES`.
    """
    return make_response(redirect(url_for(endpoint, done=done, **values), 303))
