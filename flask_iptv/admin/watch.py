"""The page on which the administrator watches a channel, to see whether it plays."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Response, request

from .. import records
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


@routes.add("/channels/<int:channel_id>/watch")
def channel_watch(channel_id: int) -> Response:
    channel: Channel = records.by_id(Channel, "channel", channel_id)
    asked = request.args.get("output", "")
    output = asked if asked in OUTPUTS else "hls"
    link, refusal, policy = None, "", None
    server = channel.server
    if server is not None and channel.enabled:
        policy = _policy(server)
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
        output=output,
        outputs=OUTPUTS,
        minutes=LIFETIME // 60,
        origin=_origin(server) if server else "",
    )


def _link(channel: Channel, output: str) -> SignedLink:
    # Not bound to an address: behind a proxy, in a private network or with IPv6 the media server
    # sees the administrator come from another one than the site does. It ends soon instead.
    return sign(channel, ip=None, lifetime=LIFETIME, output=output, now=utcnow())


def _policy(server: Server) -> dict[str, str]:
    origin = _origin(server)
    # Players hand the picture to the browser as a blob.
    return {"connect-src": f"'self' {origin}", "media-src": f"'self' blob: {origin}"}


def _origin(server: Server) -> str:
    parts = urlsplit(server.url)
    return f"{parts.scheme}://{parts.netloc}"
