"""What can be asked of a media server's management API, whatever its kind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from ..errors import IPTVError
from ..phrases import mark

#: What came of cutting a viewer.
CUT = mark("cut")
HAD_LEFT = mark("had left already")


class ManagementError(IPTVError):
    """A media server's answer can't be used; nothing of it may be kept."""


class LoginRefused(ManagementError):
    """A media server wants another login, or one that may do more."""


class CannotCut(IPTVError):
    """This kind of server, or this session, can't be cut at all; the message says why."""


class NotManageable(IPTVError):
    """This kind of server has no API that could be asked."""


@dataclass(frozen=True)
class Access:
    """Where a server's management API is, and the login to it.

    :param kind: one of :data:`flask_iptv.management.KINDS`.
    :param url: what the API's own paths are put behind, such as ``http://10.0.0.5:8080``.
    """

    kind: str
    url: str
    username: str | None = None
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Stream:
    """A stream a server has.

    :param name: the channel's name on our side; for app/stream servers ``app/stream``.
    :param alive: whether it plays at this moment, ``None`` when the server does not say.
    """

    name: str
    title: str | None = None
    logo: str | None = None
    number: int | None = None
    enabled: bool = True
    alive: bool | None = None


@dataclass(frozen=True)
class Watcher:
    """A viewer to be cut.

    :param stream: the name of the channel, which may be that of the server's stream without the
        application or the format: ``espn`` for ``live/espn`` or ``/espn.mp3``.
    :param server_session: the server's own id of the session, as it told it when it asked.
    """

    stream: str
    server_session: str | None
    protocol: str | None = None
    address: str | None = None


@dataclass(frozen=True)
class Finding:
    """One sentence about a server.

    :param ok: ``None`` if it could not be checked.
    :param text: says what to do if it is not ok.
    :param command: to be typed after the text, to find out more.
    """

    ok: bool | None
    text: str
    command: str | None = None


class Management(Protocol):
    """A server's management API."""

    def streams(self) -> Iterator[Stream]:
        """Read all streams, each name once; collect them before any is used.

        :raises FetchError: if the server can't be reached.
        :raises ManagementError: if its answer can't be used.
        :raises NotManageable: if this kind of server can't be asked.
        """

    def cut(self, watcher: Watcher) -> str:
        """End a viewer's session.

        :return: the outcome in words, such as ``"cut"`` or ``"had left already"``.
        :raises FetchError: if the server can't be reached.
        :raises ManagementError: if its answer can't be used.
        :raises CannotCut: if it is no use to try again.
        """

    def check(self) -> Iterator[Finding]:
        """Find out whether the server can be asked and told."""
