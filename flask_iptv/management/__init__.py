"""The management APIs of media servers: which streams they have, and cutting a viewer there."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from ..fetching import Fetcher
from ..phrases import Phrase
from .contract import (
    Access,
    CannotCut,
    Finding,
    LoginRefused,
    Management,
    ManagementError,
    NotManageable,
    Stream,
    Watcher,
)
from .deadlines import Timed
from .flussonic import Flussonic
from .icecast import Icecast
from .mediamtx import MediaMTX
from .nginx_rtmp import NginxRTMP
from .node_media_server import NodeMediaServer
from .remote import Remote
from .srs import SRS
from .unmanaged import Unmanaged

__all__ = [
    "KINDS",
    "Access",
    "CannotCut",
    "Finding",
    "Kind",
    "LoginRefused",
    "Management",
    "ManagementError",
    "NotManageable",
    "Stream",
    "Watcher",
    "kind_of",
    "manage",
]


@dataclass(frozen=True)
class Kind:
    """What a kind of server can be asked and told.

    :param program: what the server is, as messages name it.
    :param speaks: makes what speaks its API, ``None`` where there is nothing to speak.
    :param lists_only_live: whether its list has what is live at the moment, and not what is set up:
        a stream that is missing there is off the air and will come back.
    """

    program: str
    speaks: Callable[[Remote], Management] | None = None
    lists_only_live: bool = False

    @property
    def reads_streams(self) -> bool:
        """Whether its streams can be read."""
        return self.speaks is not None

    @property
    def cuts_viewers(self) -> bool:
        """Whether it can be told to cut a viewer."""
        return self.speaks is not None


KINDS: dict[str, Kind] = {
    "flussonic": Kind("Flussonic", Flussonic),
    "nginx-rtmp": Kind("nginx-rtmp", NginxRTMP, lists_only_live=True),
    "srs": Kind("SRS", SRS, lists_only_live=True),
    "mediamtx": Kind("MediaMTX", MediaMTX, lists_only_live=True),
    "icecast": Kind("Icecast", Icecast, lists_only_live=True),
    "node-media-server": Kind("node-media-server", NodeMediaServer, lists_only_live=True),
    "alta": Kind("Cesbo Alta"),
    "astra": Kind("Cesbo Astra"),
    "ovenmediaengine": Kind("OvenMediaEngine"),
    "mistserver": Kind("MistServer"),
    "proxy": Kind(Phrase("a proxy such as nginx, Caddy or Traefik")),
}
"""Every kind of server, by the name it is registered with."""


def kind_of(name: str) -> Kind:
    """What a kind of server can be asked and told: nothing, if a host's own SQL has made it up."""
    return KINDS.get(name) or Kind(Phrase("an unknown program, %(kind)s,", kind=repr(name)))


def manage(
    access: Access, fetcher: Fetcher, *, clock: Callable[[], float] = time.monotonic
) -> Management:
    """Give what speaks with a server.

    :param access: where its management API is.
    :param fetcher: asks it, where it may be asked.
    :param clock: tells when a server takes too long, in seconds.
    :raises NotManageable: if there is no such kind.
    """
    kind = KINDS.get(access.kind)
    if kind is None:
        raise NotManageable(
            Phrase(
                "there is no kind of media server %(kind)s; there are %(known)s",
                kind=repr(access.kind),
                known=", ".join(KINDS),
            )
        )
    if kind.speaks is None:
        return Unmanaged(kind.program)
    return Timed(kind.program, kind.speaks, access, fetcher, clock)
