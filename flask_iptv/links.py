"""The verb on signed links: a channel's URL that plays for a while without a user."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from . import config, securetoken, stream_urls
from .errors import InvalidInput, Problem
from .fields import Input, NotBlank, StreamName, WholeNumber, check, told
from .models import Channel, Server
from .phrases import Phrase
from .redaction import hides

#: By how much a link starts in the past, so that a media server whose clock is behind ours lets
#: it through (Flussonic's reference script for securetoken).
CLOCK_DIFFERENCE = timedelta(seconds=300)
#: Seconds a link lasts unless something else is asked for.
LIFETIME = 10_800
#: The most seconds a link may last: 31 days.
MAX_LIFETIME = 31 * 86_400


def _address(text: str) -> str:
    try:
        return str(ip_address(text))
    except ValueError:
        raise ValueError(
            Phrase("must be an address such as '203.0.113.7', or be left out for any viewer")
        ) from None


class LinkFields(Input):
    """What a signed link is made of."""

    #: The channel's name.
    channel: StreamName
    #: The viewer's address; without one the link works from anywhere.
    ip: Annotated[Annotated[str, AfterValidator(_address), told.ADDRESS] | None, NotBlank] = None
    #: Seconds from now.
    lifetime: Annotated[int, Field(ge=1, le=MAX_LIFETIME), WholeNumber] = LIFETIME
    output: Literal["hls", "mpegts"] = "hls"


@hides("url", "token")
@dataclass(frozen=True)
class SignedLink:
    """A URL that a player can open.

    :param token: the signature, which is in the URL as well.
    :param starts_at: first second of its validity, UTC.
    :param expires_at: last second of its validity, UTC.
    """

    url: str
    token: str
    starts_at: datetime
    expires_at: datetime


def sign(
    channel: Channel, *, ip: str | None, lifetime: int, output: str = "hls", now: datetime
) -> SignedLink:
    """Make a signed link for a channel.

    :param ip: the viewer's address; ``None`` makes a link that works from anywhere.
    :param lifetime: seconds from now, at most :data:`MAX_LIFETIME`.
    :param output: ``hls`` or ``mpegts``.
    :param now: UTC, aware.
    :raises InvalidInput: if a field can't be used, or there is no server or key for the channel.
    """
    fields = {"channel": channel.name, "ip": ip, "lifetime": lifetime, "output": output}
    checked = check(LinkFields, fields)
    server = _server(channel)
    key = _key(channel, server)
    # A link knows whole seconds; these are the ones that are in it.
    second = now.replace(microsecond=0)
    starts_at, expires_at = second - CLOCK_DIFFERENCE, second + timedelta(seconds=checked.lifetime)
    token = securetoken.sign(
        name=channel.name, ip=checked.ip, starts_at=starts_at, ends_at=expires_at, key=key
    )
    template = server.mpegts_template if checked.output == "mpegts" else server.hls_template
    url = stream_urls.render(template, base=server.url, name=channel.name)
    return SignedLink(stream_urls.with_token(url, token), token, starts_at, expires_at)


def _server(channel: Channel) -> Server:
    if channel.server is None:
        message = Phrase("the channel %(channel)s has no server, so it has no URL; give it one",
                         channel=repr(channel.name))  # fmt: skip
        raise InvalidInput([Problem("channel", channel.name, message)])
    return channel.server


def _key(channel: Channel, server: Server) -> str:
    keys = server.securetoken_keys or config.current().securetoken_keys
    try:
        return securetoken.bare_key(keys[0] if keys else "")
    except ValueError:
        message = Phrase(
            "there is no key to sign with: set securetoken_keys of the server %(server)s, "
            "or IPTV_SECURETOKEN_KEYS for all servers",
            server=repr(server.name),
        )
        raise InvalidInput([Problem("channel", channel.name, message)]) from None
