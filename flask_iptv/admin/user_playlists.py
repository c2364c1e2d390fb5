"""The tab with what to send to a viewer: addresses to copy, to export and to point a phone at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Response, url_for

from .. import qr
from .. import users as verbs
from ..models import User
from ..public_url import external_url
from ..redaction import hides
from ..words import mark, number, said
from .door import routes
from .user import show_tab


@hides("url", "path")
@dataclass(frozen=True)
class Playlist:
    """A playlist of a user.

    :param name: what tells it from the others, in an id.
    :param title: what players call it.
    :param url: where a viewer has it from.
    :param path: the same on this site.
    """

    name: str
    title: str
    url: str
    path: str


_TITLES = {"hls": mark("HLS"), "mpegts": mark("MPEG-TS"), "xspf": mark("XSPF")}


@routes.add("/users/<int:user_id>/playlists")
def user_playlists(user_id: int) -> Response:
    user = verbs.get(user_id)
    own_page = external_url(".my_page", token=user.key) if verbs.has_page(user.key) else ""
    playlists = [_playlist(user, name) for name in _TITLES]
    return show_tab(
        "user_playlists",
        user,
        own_page=own_page,
        playlists=playlists,
        message=_message(user, own_page, playlists[0].url),
        qr=qr.svg,
    )


def _playlist(user: User, name: str) -> Playlist:
    endpoint = ".playlists_xspf" if name == "xspf" else ".playlists_m3u"
    values: dict[str, Any] = {"name": user.name, "token": user.key}
    if name != "xspf":
        values["output"] = name
    address, path = external_url(endpoint, **values), url_for(endpoint, **values)
    return Playlist(name, said(_TITLES[name]), address, path)


def _message(user: User, own_page: str, playlist: str) -> str:
    """What to write to the viewer, ready to be sent.

    :param own_page: where the viewer's own page is, ``""`` if there is none.
    """
    lines = [
        said("Hello %(name)s,", name=user.name),
        "",
    ]
    if own_page:
        lines += [
            said("here is your television. This page shows all you have and how to watch it:"),
            own_page,
            "",
            said("Or open this playlist in VLC, Kodi or another player:"),
        ]
    else:
        lines.append(said("here is your television. Open this playlist in VLC or another player:"))
    lines += [playlist, ""]
    if user.max_sessions is not None:
        lines.append(said("Devices at once: %(num)s", num=number(user.max_sessions)))
    if user.expires_at is not None:
        lines.append(said("Valid until: %(time)s UTC", time=f"{user.expires_at:%Y-%m-%d %H:%M}"))
    lines.append(said("Please keep these addresses to yourself: who has them watches as you."))
    return "\n".join(lines)
