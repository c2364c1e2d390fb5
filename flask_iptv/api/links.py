"""``/api/links``: signing links that play for a while without a user."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import Field

from .. import channels, links
from ..errors import InvalidInput, NotFound, Problem
from ..fields import check
from ..links import LinkFields
from ..models import Channel, utcnow
from .answer import Out
from .resource import Resource


class LinkOut(Out):
    """A signed link."""

    url: str = Field(description="What a player opens.")
    token: str = Field(description="The signature, which is in the URL as well.")
    starts_at: datetime
    expires_at: datetime


collection = Resource("/links", "links")


@collection.on("POST", body=LinkFields, answer=LinkOut)
def sign_link(fields: dict[str, Any]) -> LinkOut:
    """Sign a link for a channel; it is kept nowhere."""
    checked = check(LinkFields, fields)
    link = links.sign(
        _channel(checked.channel),
        ip=checked.ip,
        lifetime=checked.lifetime,
        output=checked.output,
        now=utcnow(),
    )
    return LinkOut(
        url=link.url, token=link.token, starts_at=link.starts_at, expires_at=link.expires_at
    )


def _channel(name: str) -> Channel:
    try:
        return channels.get(name)
    except NotFound as error:
        raise InvalidInput([Problem("channel", name, str(error))]) from None
