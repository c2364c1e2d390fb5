"""What a media server's API or a playlist tells of streams."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from ..channel_import import find_homes
from ..fields import is_blank
from ..management import Stream
from ..models import Server
from ..playlists.foreign_m3u import read_all, stream_name
from ..playlists.m3u import clean_url


@dataclass(frozen=True)
class Told:
    """A stream, and what was told of it.

    :param fields: by the names of :class:`~flask_iptv.channels.ChannelFields`; what is not told is
        not in it.
    """

    name: str
    fields: dict[str, Any]


def from_streams(streams: Iterable[Stream]) -> Iterator[Told]:
    """Take what a server's API tells."""
    for stream in streams:
        fields = {"title": stream.title, "logo": stream.logo, "number": stream.number}
        yield Told(stream.name, _told(fields) | {"enabled": stream.enabled})


def from_playlist(data: bytes, server: Server) -> Iterator[Told]:
    """Take what a playlist tells; all its channels are taken to be on one server.

    :raises InvalidInput: if it is no playlist, or an address in it tells no stream.
    """
    found = read_all(data)
    homes = find_homes(found, server=server.name)
    for item in found:
        # The reader makes a title up where the playlist has none.
        made_up = item.title in (stream_name(item.url), item.url)
        fields = {
            "title": None if made_up else item.title,
            "logo": clean_url(item.logo) if item.logo else None,
            "number": item.number,
            "group": item.group,
            "epg_id": item.epg_id,
        }
        yield Told(homes.of(item).name, _told(fields) | {"enabled": True})


def _told(fields: dict[str, Any]) -> dict[str, Any]:
    # An empty text says as little as nothing at all.
    return {name: value for name, value in fields.items() if not is_blank(value)}
