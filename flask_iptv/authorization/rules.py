"""The rules for users and signed links, one after the other, until one refuses."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import NamedTuple

from .. import securetoken
from ..config import Settings
from ..unreadable import Unreadable
from ..users import UNREADABLE, refusal_by
from . import sentences
from .facts import ChannelFacts, Facts, UserFacts
from .play import Play

#: Refusals that are about the user and not about what was asked for.
OF_THE_USER = frozenset({"disabled", "not_started", "expired", UNREADABLE})


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


#: Of the question, the user (none for a signed link), the channel, and the time.
Refuses = Callable[[Play, UserFacts | None, ChannelFacts | None, datetime], str | None]


class Rule(NamedTuple):
    """One rule of the table.

    :param refuses: gives the reason code of a refusal, else ``None``.
    :param tell: words what it found for a site owner.
    :param of_users: whether it does not apply to signed links.
    """

    name: str
    refuses: Refuses
    tell: sentences.Tell
    of_users: bool = False


class Rules:
    """The table of rules of one app."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.table = (
            Rule("user", _outside_period, sentences.of_user, of_users=True),
            Rule("channel", _no_channel, sentences.of_channel),
            Rule("packages", _not_in_package(settings), sentences.of_packages, of_users=True),
            Rule("networks", _outside_networks, sentences.of_networks, of_users=True),
        )
        self._of_users = tuple(rule.refuses for rule in self.table)
        self._of_links = tuple(rule.refuses for rule in self.table if not rule.of_users)

    def check(self, play: Play, facts: Facts, now: datetime) -> Grant:
        """Apply every rule but the limit of sessions.

        :raises Refused: by the first that says no.
        """
        viewer = self.identify(play, facts, now)
        user, channel = viewer.user, facts.channel
        for refuses in self._of_links if user is None else self._of_users:
            reason = refuses(play, user, channel, now)
            if reason is not None:
                raise Refused(reason, viewer)
        if channel is None:
            raise Refused("channel_unknown", viewer)
        return Grant(viewer, channel)

    def identify(self, play: Play, facts: Facts, now: datetime) -> Viewer:
        """Find out who brought the token.

        :raises Refused: if nobody of ours did; its cause says what is wrong with a signed link.
        """
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
            if isinstance(channel.securetoken_keys, Unreadable):
                raise Refused("bad_signature")
            claims = securetoken.verify(
                token,
                name=channel.name,
                ip=play.address,
                keys=channel.securetoken_keys or self._settings.securetoken_keys,
                now=now,
            )
        except securetoken.SecureTokenError as error:
            raise Refused(error.reason) from error
        # A link's fifth part, a user id, is not covered well enough by its hash to be believed.
        return Viewer(link_ends_at=claims.ends_at)


def _outside_period(
    play: Play, user: UserFacts | None, channel: ChannelFacts | None, now: datetime
) -> str | None:
    if user is None:
        return None
    return refusal_by(user.enabled, user.starts_at, user.expires_at, user.max_sessions, now)


def _no_channel(
    play: Play, user: UserFacts | None, channel: ChannelFacts | None, now: datetime
) -> str | None:
    if channel is None:
        return "channel_unknown"
    return None if channel.enabled else "channel_disabled"


def _not_in_package(settings: Settings) -> Refuses:
    def refuses(
        play: Play, user: UserFacts | None, channel: ChannelFacts | None, now: datetime
    ) -> str | None:
        if user is None or channel is None or channel.in_package:
            return None
        return None if may_watch(settings, user.by_packages, False) else "not_in_package"

    return refuses


def _outside_networks(
    play: Play, user: UserFacts | None, channel: ChannelFacts | None, now: datetime
) -> str | None:
    if user is None or not user.allowed_networks:
        return None
    networks = user.allowed_networks
    if isinstance(networks, Unreadable):
        return UNREADABLE
    if _is_inside(play.address, networks):
        return None
    # Of several, those that can be read go on to let in whom they let in.
    return "address_not_allowed" if all(map(_network, networks)) else UNREADABLE


def may_watch(settings: Settings, by_packages: bool, in_package: bool) -> bool:
    """Whether a user's packages, or having none, allow a channel.

    :param by_packages: :attr:`User.by_packages`.
    :param in_package: whether the channel is in one of the user's packages.
    """
    return in_package or (not by_packages and settings.without_packages == "all")


def _is_inside(address: str | None, networks: list[str]) -> bool:
    if address is None:
        return False
    own = ip_address(address)
    return any(own in network for network in map(_network, networks) if network is not None)


@lru_cache(maxsize=4096)
def _network(text: str) -> IPv4Network | IPv6Network | None:
    try:
        return ip_network(text)
    except ValueError:
        return None
