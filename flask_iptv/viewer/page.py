"""The viewer's page itself."""

from __future__ import annotations

from datetime import timedelta

from flask import Response, request

from .. import config, qr, users
from ..devices import plain_name
from ..models import User, utcnow
from ..public_url import external_url
from ..words import said
from . import channels
from .devices import watching
from .door import holder, routes, show

#: When a viewer is told that the end is near.
_SOON = timedelta(days=7)


@routes.add("")
def page(token: str) -> Response:
    user = holder(token)
    now = utcnow()
    refusal = users.refusal(user, now)
    if refusal is not None:
        return show("my_refused", user=user, refusal=refusal)
    text = request.args.get("q", "").strip()
    left = None if user.expires_at is None else user.expires_at - now
    settings = config.current()
    return show(
        "my",
        user=user,
        left=left,
        is_soon=left is not None and left < _SOON,
        q=text,
        channels=channels.search(user, text),
        watching=watching(user, now),
        name_of=plain_name,
        session_policy=settings.session_policy,
        may_renew=settings.viewer_new_token,
        addresses={
            "hls": _playlist("m3u", user, "hls"),
            "mpegts": _playlist("m3u", user, "mpegts"),
            "xspf": _playlist("xspf", user, "hls"),
        },
        codes={
            "playlist": qr.svg(_playlist("m3u", user, "hls"), said("QR code of the playlist")),
            "page": qr.svg(external_url(".my_page", token=user.key), said("QR code of this page")),
        },
    )


def _playlist(ending: str, user: User, output: str) -> str:
    return external_url(f".playlists_{ending}", name=user.name, token=user.key, output=output)
