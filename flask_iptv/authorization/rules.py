"""The rules, one after the other, until one refuses."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address, ip_network
from math import ceil
from typing import Any

from .. import config, securetoken
from ..sessions import Admission, Device, Event, SQLStore
from ..users import refusal_by
from .facts import Facts, look_up
from .play import Decision, Play

#: Seconds after ``IPTV_AUTH_DURATION`` in which a session may still be heard of.
SLACK = 30


@dataclass(frozen=True)
class _Viewer:
    """Who asks: a user, or whoever holds a signed link until it ends."""

    user: Any = None
    link_ends_at: datetime | None = None


#: Refusals that are about the user and not about what was asked for.
_OF_THE_USER = frozenset({"disabled", "not_started", "expired"})


class _Refused(Exception):
    def __init__(self, reason: str, viewer: _Viewer | None = None) -> None:
        self.reason, self.viewer = reason, viewer


def authorize(play: Play, *, now: datetime) -> Decision:
    """Answer a question.

    A known session costs two statements, a new one at most seven (see :class:`SQLStore`),
    whatever the number of users.

    Commits, and with it whatever the host has pending in the session of this app context.

    :param now: UTC.
    :raises sqlalchemy.exc.SQLAlchemyError: if the storage fails, so nothing can be said.
    """
    play = play.tidied()
    settings = config.current()
    try:
        facts = look_up(play)
        viewer = _identify(play, facts, now)
        _check(play, facts, viewer, now)
    except _Refused as refused:
        return _refuse(play, refused)
    if play.event is Event.CLOSE:
        SQLStore().end(_device(play, viewer), play.server_session)
    else:
        reason = SQLStore().admit(_wish(play, facts, viewer), now=now)
        if reason is not None:
            return Decision(reason, settings.deny_duration, viewer.user and viewer.user.user_id)
    duration = _duration(viewer, now)
    if viewer.user is None:
        return Decision(None, duration)
    return Decision(None, duration, viewer.user.user_id, viewer.user.max_sessions)


def _refuse(play: Play, refused: _Refused) -> Decision:
    duration = config.current().deny_duration
    if refused.viewer is None:
        return Decision(refused.reason, duration)
    # Without a session's id the device may well be watching something else, which it keeps.
    if play.server_session is not None or refused.reason in _OF_THE_USER:
        SQLStore().end(_device(play, refused.viewer), play.server_session)
    user = refused.viewer.user
    return Decision(refused.reason, duration, user.user_id if user else None)


def _identify(play: Play, facts: Facts, now: datetime) -> _Viewer:
    token = play.token
    if not token:
        raise _Refused("no_token")
    if facts.user is not None and hmac.compare_digest(facts.user.key.encode(), token.encode()):
        return _Viewer(facts.user)
    if not securetoken.looks_like(token):
        raise _Refused("unknown_token")
    if facts.channel is None:
        raise _Refused("channel_unknown")
    try:
        claims = securetoken.verify(
            token,
            name=facts.channel.channel,
            ip=play.address,
            keys=facts.channel.securetoken_keys or config.current().securetoken_keys,
            now=now,
        )
    except securetoken.SecureTokenError as error:
        raise _Refused(error.reason) from None
    # A link's fifth part, a user id, is not covered well enough by its hash to be believed.
    return _Viewer(link_ends_at=claims.ends_at)


def _check(play: Play, facts: Facts, viewer: _Viewer, now: datetime) -> None:
    user, channel = viewer.user, facts.channel
    reason = None
    if user is not None:
        reason = refusal_by(user.user_enabled, user.starts_at, user.expires_at, now)
    if reason is None and channel is None:
        reason = "channel_unknown"
    elif reason is None and not channel.channel_enabled:
        reason = "channel_disabled"
    if reason is None and user is not None:
        if not may_watch(user.by_packages, channel.in_package):
            reason = "not_in_package"
        elif not _address_allowed(play.address, user.allowed_networks):
            reason = "address_not_allowed"
    if reason is not None:
        raise _Refused(reason, viewer)


def may_watch(by_packages: bool, in_package: bool) -> bool:
    """Whether a user's packages, or having none, allow a channel.

    :param by_packages: :attr:`User.by_packages`.
    :param in_package: whether the channel is in one of the user's packages.
    """
    if in_package:
        return True
    return not by_packages and config.current().without_packages == "all"


def _address_allowed(address: str | None, networks: list[str]) -> bool:
    if not networks:
        return True
    if address is None:
        return False
    own = ip_address(address)
    return any(own in ip_network(network) for network in networks)


def _device(play: Play, viewer: _Viewer) -> Device:
    if viewer.user is not None:
        return Device(viewer.user.user_id, play.address, play.user_agent)
    return Device(None, play.address, play.user_agent, link=play.token)


def _wish(play: Play, facts: Facts, viewer: _Viewer) -> Admission:
    settings = config.current()
    return Admission(
        device=_device(play, viewer),
        channel_id=facts.channel.channel_id,
        event=play.event,
        server_session=play.server_session,
        protocol=play.protocol,
        max_sessions=viewer.user.max_sessions if viewer.user is not None else None,
        replace=settings.session_policy == "replace",
        lease=play.lease or settings.auth_duration + SLACK,
        grace=settings.deny_duration,
    )


def _duration(viewer: _Viewer, now: datetime) -> int:
    ends = (viewer.link_ends_at, viewer.user.expires_at if viewer.user is not None else None)
    # An answer that outlived the right to watch would let the stream run on after its end.
    left = [ceil((end - now).total_seconds()) for end in ends if end is not None]
    return max(1, min([config.current().auth_duration, *left]))
