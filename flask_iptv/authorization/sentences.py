"""What each rule found, in sentences for a site owner and without tokens."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from .facts import Facts
from .play import Play

#: Words what a rule found: the question, what is known, and the reason code if it refused.
Tell = Callable[[Play, Facts, str | None], str]

_UNIDENTIFIED = {
    "no_token": "the viewer brought no token",
    "unknown_token": "no user has this token, and it is no signed link",
    "bad_signature": "none of the keys made the signature of this link",
    "channel_unknown": "the token looks like a signed link, but its channel is not known here, so "
    "no key can verify it",
}


def of_token(reason: str, cause: BaseException | None) -> str:
    """Why nobody was identified."""
    return _UNIDENTIFIED.get(reason) or str(cause or reason)


def of_viewer(facts: Facts, link_ends_at: datetime | None) -> str:
    """Whose token it is."""
    if link_ends_at is not None:
        return f"it is a signed link, which ends at {moment(link_ends_at)}"
    return f"the token is {_user(facts)}'s"


def of_user(play: Play, facts: Facts, reason: str | None) -> str:
    """Whether the user may watch anything at this time."""
    user = facts.user
    starts_at, expires_at = (user.starts_at, user.expires_at) if user else (None, None)
    if reason == "disabled":
        return f"{_user(facts)} is disabled"
    if reason == "not_started" and starts_at:
        return f"{_user(facts)}'s access begins on {moment(starts_at)}"
    if reason == "expired" and expires_at:
        return f"{_user(facts)}'s access ended on {moment(expires_at)}"
    end = f"until {moment(expires_at)}" if expires_at else "without an end"
    return f"{_user(facts)} is enabled, {end}"


def of_channel(play: Play, facts: Facts, reason: str | None) -> str:
    """Whether there is such a channel, and it is on."""
    if facts.channel is not None:
        return f"the channel {_channel(facts)} is {'disabled' if reason else 'enabled'}"
    if play.stream is not None:
        return f"there is no channel {play.stream!r}"
    return f"no channel is played at the path {play.path or ''!r}"


def of_packages(play: Play, facts: Facts, reason: str | None) -> str:
    """Whether the user may watch this channel."""
    name, channel = _user(facts), facts.channel
    if channel is not None and channel.in_package:
        return f"{_channel(facts)} is in one of {name}'s packages"
    if facts.user is not None and facts.user.by_packages:
        return f"{_channel(facts)} is in none of {name}'s packages"
    what = "nothing" if reason else "every channel"
    return f"{name} was never given packages, for which IPTV_WITHOUT_PACKAGES allows {what}"


def of_networks(play: Play, facts: Facts, reason: str | None) -> str:
    """Whether the user may watch from this address."""
    if facts.user is None or not facts.user.allowed_networks:
        return f"{_user(facts)} may watch from any address"
    allowed = ", ".join(facts.user.allowed_networks)
    if play.address is None:
        return f"the viewer's address is not known, and {_user(facts)} is bound to {allowed}"
    where = "outside" if reason else "inside"
    return f"{play.address} is {where} of the networks of {_user(facts)}: {allowed}"


def moment(at: datetime) -> str:
    """A time as owners read it."""
    # A second counts where something ends, and is noise where it is none.
    return f"{at:%Y-%m-%d %H:%M:%S} UTC" if at.second else f"{at:%Y-%m-%d %H:%M} UTC"


def _user(facts: Facts) -> str:
    return facts.user.name if facts.user is not None else "the user"


def _channel(facts: Facts) -> str:
    return facts.channel.name if facts.channel is not None else "the channel"
