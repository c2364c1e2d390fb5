"""The question that a media server asks, and its answer."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import ip_address
from typing import NamedTuple

from ..redaction import hides
from ..sessions import Event


@hides("token", "path", "query")
class Play(NamedTuple):
    """What a media server asks.

    :param token: what the viewer brought: a user's token or a signed link's.
    :param stream: the stream's name, where the server tells it.
    :param path: else the decoded path of the URI that the viewer asked a proxy for.
    :param address: the viewer's address.
    :param server_session: the session's id on the server.
    :param lease: seconds of silence after which the session has ended; from the configuration
        when ``None``.
    :param bytes: sent so far in this session of the server's, where it tells.
    :param query: the raw query of the question where it is Flussonic's own, for other backends.
    :param short_name: the stream's name without the application before it, where servers have
        such: the channel may be named either way, and ``stream`` is looked up first.
    """

    token: str | None
    stream: str | None = None
    path: str | None = None
    address: str | None = None
    user_agent: str | None = None
    protocol: str | None = None
    event: Event = Event.OPEN
    server_session: str | None = None
    lease: int | None = None
    bytes: int | None = None
    query: str | None = None
    short_name: str | None = None

    def tidied(self) -> Play:
        """The same question in a form that every database takes: no NUL, no overlong text."""
        return Play(
            _text(self.token, 512),
            _text(self.stream, 512),
            self.path,
            known_address(self.address),
            _text(self.user_agent, 255),
            _text(self.protocol, 32),
            self.event,
            _text(self.server_session, 255),
            self.lease,
            None if self.bytes is None else max(0, min(self.bytes, MAX_BYTES)),
            self.query,
            _text(self.short_name, 512),
        )


#: More than anybody watches, and exact in JSON.
MAX_BYTES = 2**53 - 1


def _text(text: str | None, limit: int) -> str | None:
    if not text:
        return None
    if not text.isascii():
        text = text.encode("utf-8", "replace").decode()
    if "\0" in text:
        text = text.replace("\0", "\N{REPLACEMENT CHARACTER}")
    return text[:limit]


def known_address(text: str | None) -> str | None:
    """An address in its usual spelling; ``None`` if it is none."""
    return _address((text or "")[:100])


# The same viewers are asked about again and again, and reading an address takes a while.
@lru_cache(maxsize=20_000)
def _address(text: str) -> str | None:
    try:
        # The zone of a link-local address (fe80::1%eth0) means something on its own host only.
        address = ip_address(text.strip().partition("%")[0])
    except ValueError:
        return None
    # A socket that takes both families shows 192.0.2.1 as ::ffff:192.0.2.1.
    return str(getattr(address, "ipv4_mapped", None) or address)


@hides("location")
class Passed(NamedTuple):
    """What an upstream backend said besides its allow, for the media server to hear.

    :param location: play this instead: an http or https URL, or a path.
    """

    user_id: int | None = None
    max_sessions: int | None = None
    unique: bool = False
    location: str | None = None

    @property
    def headers(self) -> dict[str, str]:
        """In the words of Flussonic's authorization backend API, without the duration."""
        said = {
            "X-UserId": None if self.user_id is None else str(self.user_id),
            "X-Max-Sessions": None if self.max_sessions is None else str(self.max_sessions),
            "X-Unique": "true" if self.unique else None,
        }
        return {name: value for name, value in said.items() if value is not None}


class Decision(NamedTuple):
    """The answer.

    :param reason: why not, as a stable code; ``None`` when allowed.
    :param duration: seconds for which the answer holds.
    :param user_id: whose token it was; ``None`` for a signed link or an unknown token.
    :param max_sessions: slots of that user, ``None`` for no limit.
    :param upstream: what a backend that allowed said; such a viewer is no user of ours.
    """

    reason: str | None
    duration: int
    user_id: int | None = None
    max_sessions: int | None = None
    upstream: Passed | None = None

    @property
    def allowed(self) -> bool:
        """Whether the stream may be played."""
        return self.reason is None
