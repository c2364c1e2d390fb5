"""The question that a media server asks, and its answer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from ipaddress import ip_address

from ..sessions import Event


@dataclass(frozen=True)
class Play:
    """What a media server asks.

    :param token: what the viewer brought: a user's token or a signed link's.
    :param stream: the stream's name, where the server tells it.
    :param path: else the decoded path of the URI that the viewer asked a proxy for.
    :param address: the viewer's address.
    :param server_session: the session's id on the server.
    :param lease: seconds of silence after which the session has ended; from the configuration
        when ``None``.
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

    def tidied(self) -> Play:
        """The same question in a form that every database takes: no NUL, no overlong text."""
        return replace(
            self,
            token=_text(self.token, 512),
            stream=_text(self.stream, 512),
            address=_address(self.address),
            user_agent=_text(self.user_agent, 255),
            protocol=_text(self.protocol, 32),
            server_session=_text(self.server_session, 255),
        )


def _text(text: str | None, limit: int) -> str | None:
    if not text:
        return None
    clean = text.encode("utf-8", "replace").decode().replace("\0", "\N{REPLACEMENT CHARACTER}")
    return clean[:limit]


def _address(text: str | None) -> str | None:
    try:
        # The zone of a link-local address (fe80::1%eth0) means something on its own host only.
        address = ip_address((text or "").strip().partition("%")[0])
    except ValueError:
        return None
    # A socket that takes both families shows 192.0.2.1 as ::ffff:192.0.2.1.
    return str(getattr(address, "ipv4_mapped", None) or address)


@dataclass(frozen=True)
class Decision:
    """The answer.

    :param reason: why not, as a stable code; ``None`` when allowed.
    :param duration: seconds for which the answer holds.
    :param user_id: whose token it was; ``None`` for a signed link or an unknown token.
    :param max_sessions: slots of that user, ``None`` for no limit.
    """

    reason: str | None
    duration: int
    user_id: int | None = None
    max_sessions: int | None = None

    @property
    def allowed(self) -> bool:
        """Whether the stream may be played."""
        return self.reason is None
