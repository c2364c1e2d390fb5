"""Streams that are named by an application and a name, as RTMP does it: ``live`` and ``espn``."""

from __future__ import annotations

from typing import NamedTuple

from .dialect import Unreadable


class AppStream(NamedTuple):
    """The two names that a channel may have for such a stream.

    :param stream: with the application before it, as in ``live/espn``.
    :param short_name: without it.
    """

    stream: str
    short_name: str

    @classmethod
    def of(cls, app: str | None, name: str | None) -> AppStream:
        """Put the names together.

        :raises Unreadable: if one is missing, or if the name is not one that a channel can have.
        """
        app = (app or "").strip("/")
        if not app or not name:
            raise Unreadable("the application or the stream's name is missing")
        # To the server "/espn" is another stream than "espn", so it is none of ours.
        if name.startswith("/") or name.endswith("/"):
            raise Unreadable("the stream's name begins or ends with a slash")
        return cls(f"{app}/{name}", name)
