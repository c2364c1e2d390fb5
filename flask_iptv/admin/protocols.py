"""How the protocols that media servers tell of are written for people."""

from __future__ import annotations

#: Unlike the others these are not all capitals.
_WRITTEN = {
    "http": "HTTP",
    "mpegts": "MPEG-TS",
    "mpeg-ts": "MPEG-TS",
    "tshttp": "MPEG-TS",
    "ll-hls": "LL-HLS",
    "llhls": "LL-HLS",
    "webrtc": "WebRTC",
    "whep": "WHEP",
}
_SHORT = 5


def written(protocol: str) -> str:
    """``HLS`` for ``hls``; what is no short word of letters stays as it was told."""
    known = _WRITTEN.get(protocol.lower())
    is_short = protocol.isascii() and protocol.isalpha() and len(protocol) <= _SHORT
    return known or (protocol.upper() if is_short else protocol)
