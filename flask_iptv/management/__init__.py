"""The management APIs of media servers: which streams they have, and cutting a viewer there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..fetching import Fetcher
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
    "manage",
]


@dataclass(frozen=True)
class Kind:
    """What a kind of server can be asked and told.

    :param program: what the server is, as messages name it.
    :param speaks: makes what speaks its API, ``None`` where there is nothing to speak.
    """

    program: str
    speaks: Callable[[Remote], Management] | None = None

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
    "nginx-rtmp": Kind("nginx-rtmp", NginxRTMP),
    "srs": Kind("SRS", SRS),
    "mediamtx": Kind("MediaMTX", MediaMTX),
    "icecast": Kind("Icecast", Icecast),
    "node-media-server": Kind("node-media-server", NodeMediaServer),
    "alta": Kind("Cesbo Alta"),
    "astra": Kind("Cesbo Astra"),
    "ovenmediaengine": Kind("OvenMediaEngine"),
    "mistserver": Kind("MistServer"),
    "proxy": Kind("a proxy such as nginx, Caddy or Traefik"),
}
"""Every kind of server, by the name it is registered with."""


def manage(access: Access, fetcher: Fetcher) -> Management:
    """Give what speaks with a server.

    :param access: where its management API is.
    :param fetcher: asks it, where it may be asked.
    :raises NotManageable: if there is no such kind.
    """
    kind = KINDS.get(access.kind)
    if kind is None:
        raise NotManageable(
            f"there is no kind of media server {access.kind!r}; there are {', '.join(KINDS)}"
        )
    if kind.speaks is None:
        return Unmanaged(kind.program)
    return kind.speaks(Remote(access, fetcher, kind.program))
