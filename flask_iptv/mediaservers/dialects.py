"""The dialects that have an address of their own, by the name behind ``/auth/``."""

from __future__ import annotations

from . import (
    cesbo,
    icecast,
    mediamtx,
    mistserver,
    nginx_rtmp,
    node_media_server,
    ovenmediaengine,
    srs,
)
from .dialect import Dialect

DIALECTS: dict[str, Dialect] = {
    "nginx-rtmp": nginx_rtmp.DIALECT,
    "srs": srs.DIALECT,
    "mediamtx": mediamtx.DIALECT,
    "icecast": icecast.DIALECT,
    "node-media-server": node_media_server.DIALECT,
    "alta": cesbo.ALTA,
    "astra": cesbo.ASTRA,
    "ovenmediaengine": ovenmediaengine.DIALECT,
    "mistserver": mistserver.DIALECT,
}
