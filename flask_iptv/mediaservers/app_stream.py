"""Streams that are named by an application and a name, as RTMP does it: ``live`` and ``espn``."""

from __future__ import annotations

from typing import NamedTuple

from .dialect import Unreadable

#: Applications that a channel's name may leave out: what these servers are set up with at first.
#: Any other one must be named, or a stream of an application that nobody made a channel of would
#: be taken for its namesake.
USUAL = frozenset({"live", "app"})


class AppStream(NamedTuple):
    """The two names that a channel may have for such a stream.

    :param stream: with the application before it, as in ``live/espn``.
    :param short_name: without it, if the application is a usual one.
    """

    stream: str
    short_name: str | None

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
        return cls(f"{app}/{name}", name if app in USUAL else None)
