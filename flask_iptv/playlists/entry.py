"""One line of a user's playlist, whatever the format it is written in."""

from __future__ import annotations

from dataclasses import dataclass

from ..redaction import hides


@hides("url")
@dataclass(frozen=True, slots=True)
class Entry:
    """A channel as a player shall list it.

    :param url: what the player opens; kept the same at every export, since players recognise a
        favourite by name and URL.
    :param title: the name a viewer reads.
    :param epg_id: the XMLTV id of the channel.
    :param number: the number on the remote control.
    :param group: the heading it is listed under.
    :param logo: URL of a picture.
    """

    url: str
    title: str
    epg_id: str | None = None
    number: int | None = None
    group: str | None = None
    logo: str | None = None
