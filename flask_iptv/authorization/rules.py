"""The rules, one after the other, until one refuses."""

from __future__ import annotations

import hmac
from datetime import datetime
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import NamedTuple

from .. import securetoken
from ..config import Settings
from ..users import refusal_by
from .facts import ChannelFacts, Facts, UserFacts
from .play import Play

#: Refusals that are about the user and not about what was asked for.
OF_THE_USER = frozenset({"disabled", "not_started", "expired"})


class Viewer(NamedTuple):
    """Who asks: a user, or whoever holds a signed link until it ends."""

    user: UserFacts | None = None
    link_ends_at: datetime | None = None


class Grant(NamedTuple):
    """A viewer and the channel that this viewer may watch."""

    viewer: Viewer
    channel: ChannelFacts


class Refused(Exception):
    """A rule says no.

    :param reason: its stable code.
    :param viewer: who was refused, once that is known.
    """

    def __init__(self, reason: str, viewer: Viewer | None = None) -> None:
        super().__init__(reason)
        self.reason, self.viewer = reason, viewer


def check(play: Play, facts: Facts, settings: Settings, now: datetime) -> Grant:
    """Apply every rule but the limit of sessions.

    :raises Refused: by the first that says no.
    """
    viewer = _identify(play, facts, settings, now)
    user, channel = viewer.user, facts.channel
    reason = None
    if user is not None:
        reason = refusal_by(user.enabled, user.starts_at, user.expires_at, now)
    if reason is None and channel is None:
        reason = "channel_unknown"
    if reason is not None or channel is None:
        raise Refused(reason or "channel_unknown", viewer)
    if not channel.enabled:
        raise Refused("channel_disabled", viewer)
    if user is not None:
        if not may_watch(settings, user.by_packages, channel.in_package):
            raise Refused("not_in_package", viewer)
        if user.allowed_networks and not _address_allowed(play.address, user.allowed_networks):
            raise Refused("address_not_allowed", viewer)
    return Grant(viewer, channel)


def _identify(play: Play, facts: Facts, settings: Settings, now: datetime) -> Viewer:
    token, user, channel = play.token, facts.user, facts.channel
    if not token:
        raise Refused("no_token")
    if user is not None and hmac.compare_digest(user.key.encode(), token.encode()):
        return Viewer(user)
    if not securetoken.looks_like(token):
        raise Refused("unknown_token")
    if channel is None:
        raise Refused("channel_unknown")
    try:
        claims = securetoken.verify(
            token,
            name=channel.name,
            ip=play.address,
            keys=channel.securetoken_keys or settings.securetoken_keys,
            now=now,
        )
    except securetoken.SecureTokenError as error:
        raise Refused(error.reason) from None
    # A link's fifth part, a user id, is not covered well enough by its hash to be believed.
    return Viewer(link_ends_at=claims.ends_at)


def may_watch(settings: Settings, by_packages: bool, in_package: bool) -> bool:
    """Whether a user's packages, or having none, allow a channel.

    :param by_packages: :attr:`User.by_packages`.
    :param in_package: whether the channel is in one of the user's packages.
    """
    return in_package or (not by_packages and settings.without_packages == "all")


def _address_allowed(address: str | None, networks: list[str]) -> bool:
    if address is None:
        return False
    own = ip_address(address)
    return any(own in _network(network) for network in networks)


@lru_cache(maxsize=4096)
def _network(text: str) -> IPv4Network | IPv6Network:
    return ip_network(text)
