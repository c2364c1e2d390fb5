"""The page on which the administrator watches a channel, to see whether it plays."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from flask import Response, request

from .. import config, records
from ..errors import InvalidInput
from ..links import SignedLink, sign
from ..models import Channel, Server, utcnow
from ..words import spoken
from .door import routes
from .pages import show

#: Seconds that the link of the page is good for.
LIFETIME = 900

#: How a channel may be sent, and what a person calls that.
OUTPUTS = {"hls": "HLS", "mpegts": "MPEG-TS"}

#: What a host may be made of in a policy: nothing that could end a part of it.
_HOST = re.compile(r"[a-z0-9._-]+|\[[0-9a-f:.]+\]")


@routes.add("/channels/<int:channel_id>/watch")
def channel_watch(channel_id: int) -> Response:
    channel: Channel = records.by_id(Channel, "channel", channel_id)
    asked = request.args.get("output", "")
    output = asked if asked in OUTPUTS else "hls"
    link, refusal, policy, keyless = None, "", None, False
    server = channel.server
    if server is not None and channel.enabled:
        policy = _policy(server)
        keyless = not (server.securetoken_keys or config.current().securetoken_keys)
        try:
            link = _link(channel, output)
        except InvalidInput as error:
            refusal = spoken(error.problems[0].message)
    return show(
        "watch",
        policy=policy,
        channel=channel,
        link=link,
        refusal=refusal,
        keyless=keyless,
        output=output,
        outputs=OUTPUTS,
        minutes=LIFETIME // 60,
        origin=_origin(server) if server else "",
    )


def _link(channel: Channel, output: str) -> SignedLink:
    # Not bound to an address: behind a proxy, in a private network or with IPv6 the media server
    # sees the administrator come from another one than the site does. It ends soon instead.
    return sign(channel, ip=None, lifetime=LIFETIME, output=output, now=utcnow())


def _policy(server: Server) -> dict[str, str] | None:
    origin = _origin(server)
    if not origin:
        return None
    # Players hand the picture to the browser as a blob.
    return {"connect-src": f"'self' {origin}", "media-src": f"'self' blob: {origin}"}


def _origin(server: Server) -> str:
    """Where the server is, as a header can say it; nothing if it can't."""
    try:
        parts = urlsplit(server.url)
        host, port = parts.hostname or "", parts.port
        host = f"[{host}]" if ":" in host else host.encode("idna").decode()
    except ValueError:
        return ""
    if not _HOST.fullmatch(host):
        return ""
    return f"{parts.scheme}://{host}" + (f":{port}" if port else "")
