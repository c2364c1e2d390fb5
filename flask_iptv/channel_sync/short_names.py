"""Channels that are named without the application or the format of their server's stream."""

from __future__ import annotations

from collections.abc import Mapping

from ..management import KINDS
from ..management.icecast import FORMATS, Icecast
from ..management.nginx_rtmp import NginxRTMP
from ..management.node_media_server import NodeMediaServer
from ..management.srs import SRS
from ..models import Channel, Server
from .sources import Told

#: What :mod:`flask_iptv.mediaservers.app_stream` leaves out of a channel's name, and for whom.
_APPLICATIONS = frozenset({"live", "app"})
_WITH_APPLICATION = (NginxRTMP, NodeMediaServer, SRS)


def short_name(server: Server, stream: str) -> str | None:
    """Give the other name that a channel may have: ``espn`` of ``live/espn`` or ``espn.mp3``."""
    kind = KINDS.get(server.kind)
    speaks = None if kind is None else kind.speaks
    if speaks in _WITH_APPLICATION:
        application, _, name = stream.partition("/")
        return name if name and application in _APPLICATIONS else None
    if speaks is Icecast:
        name, _, extension = stream.rpartition(".")
        return name if name and not name.endswith("/") and extension in FORMATS else None
    return None


def named_as_here(
    streams: Mapping[str, Told], known: Mapping[str, Channel], server: Server
) -> dict[str, Told]:
    """Name each stream as its channel on this server is named.

    :param known: channels by their names, among them those of the short names.
    """
    named: dict[str, Told] = {}
    for name, stream in streams.items():
        short = None if name in known else short_name(server, name)
        # A short name may be that of a stream as well, or of two: "live/espn" and "app/espn".
        is_free = short is not None and short not in streams and short not in named
        channel = known.get(short or "") if is_free else None
        if channel is not None and channel.server_id == server.id:
            named[channel.name] = Told(channel.name, stream.fields)
        else:
            named[name] = stream
    return named
