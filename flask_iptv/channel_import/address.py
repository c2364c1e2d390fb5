"""What an address in a playlist says of the server and the stream."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TypedDict
from urllib.parse import parse_qsl, urlencode, urlsplit

from ..playlists.foreign_m3u import stream_name
from ..stream_urls import HLS_TEMPLATE, MPEGTS_TEMPLATE, decode_path

_PORTS = {"http": 80, "https": 443}
_SHOWN = 120
_PLAIN_PATH = re.compile(r"[A-Za-z0-9._/-]{0,100}")


class Templates(TypedDict):
    """The templates of a server; ``None`` for Flussonic's."""

    hls_template: str | None
    mpegts_template: str | None


def origin(url: str) -> str | None:
    """Scheme, host and port, such as ``https://media.example:8080``; ``None`` if not of HTTP."""
    parts = urlsplit(url)
    try:
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not host:
        return None
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}" + (
        "" if port in (None, _PORTS[parts.scheme]) else f":{port}"
    )


def short(url: str) -> str:
    """An address as a message shows it: without its query, where tokens are."""
    return url.partition("?")[0][:_SHOWN]


def query_without_token(url: str) -> str:
    """The query of an address but for its token, which was somebody else's."""
    pairs = parse_qsl(urlsplit(url).query, keep_blank_values=True)
    return urlencode([(name, value) for name, value in pairs if name != "token"])


def templates(urls: Iterable[str]) -> Templates:
    """The templates of a server that has its streams at these addresses.

    A server whose addresses are all of one kind gets that one for both, unless it is Flussonic's.
    """
    shapes = [shape for shape in map(_template, urls) if shape is not None]
    hls = next((shape for shape in shapes if shape.endswith(".m3u8")), None)
    mpegts = next((shape for shape in shapes if not shape.endswith((".m3u8", ".mpd"))), None)
    if hls is None and mpegts != MPEGTS_TEMPLATE:
        hls = mpegts
    elif mpegts is None and hls != HLS_TEMPLATE:
        mpegts = hls
    return {"hls_template": hls, "mpegts_template": mpegts}


def _template(url: str) -> str | None:
    path, name = decode_path(urlsplit(url).path), stream_name(url)
    if not path or not name:
        return None
    rest = path[1 + len(name) :]
    return f"{{base}}/{{name}}{rest}" if _PLAIN_PATH.fullmatch(rest) else None
