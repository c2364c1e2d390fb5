"""What each rule found, in sentences for a site owner and without tokens."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from ..phrases import Phrase
from ..users import UNREADABLE
from .facts import Facts
from .play import Play

#: Words what a rule found: the question, what is known, and the reason code if it refused.
Tell = Callable[[Play, Facts, str | None], Phrase]

_UNIDENTIFIED = {
    "no_token": Phrase("the viewer brought no token"),
    "unknown_token": Phrase("no user has this token, and it is no signed link"),
    "bad_signature": Phrase("none of the keys made the signature of this link"),
    "channel_unknown": Phrase(
        "the token looks like a signed link, but its channel is not known here, so no key can "
        "verify it"
    ),
}


def of_token(reason: str, cause: BaseException | None) -> str:
    """Why nobody was identified."""
    return _UNIDENTIFIED.get(reason) or str(cause or reason)


def of_viewer(facts: Facts, link_ends_at: datetime | None) -> Phrase:
    """Whose token it is."""
    if link_ends_at is not None:
        return Phrase("it is a signed link, which ends at %(end)s", end=moment(link_ends_at))
    return Phrase("the token is %(user)s's", user=_user(facts))


def of_user(play: Play, facts: Facts, reason: str | None) -> Phrase:
    """Whether the user may watch anything at this time."""
    user, name = facts.user, _user(facts)
    if reason == UNREADABLE:
        return _unreadable(name)
    starts_at, expires_at = (user.starts_at, user.expires_at) if user else (None, None)
    if reason == "disabled":
        return Phrase("%(user)s is disabled", user=name)
    if reason == "not_started" and starts_at:
        return Phrase("%(user)s's access begins on %(start)s", user=name, start=moment(starts_at))
    if reason == "expired" and expires_at:
        return Phrase("%(user)s's access ended on %(end)s", user=name, end=moment(expires_at))
    if expires_at:
        return Phrase("%(user)s is enabled, until %(end)s", user=name, end=moment(expires_at))
    return Phrase("%(user)s is enabled, without an end", user=name)


def of_channel(play: Play, facts: Facts, reason: str | None) -> Phrase:
    """Whether there is such a channel, and it is on."""
    if facts.channel is None:
        if play.stream is not None:
            return Phrase("there is no channel %(name)s", name=repr(play.stream))
        return Phrase("no channel is played at the path %(path)s", path=repr(play.path or ""))
    if reason:
        return Phrase("the channel %(name)s is disabled", name=_channel(facts))
    return Phrase("the channel %(name)s is enabled", name=_channel(facts))


def of_packages(play: Play, facts: Facts, reason: str | None) -> Phrase:
    """Whether the user may watch this channel."""
    names = {"user": _user(facts), "channel": _channel(facts)}
    if facts.channel is not None and facts.channel.in_package:
        return Phrase("%(channel)s is in one of %(user)s's packages", **names)
    if facts.user is not None and facts.user.by_packages:
        return Phrase("%(channel)s is in none of %(user)s's packages", **names)
    if reason:
        return Phrase(
            "%(user)s was never given packages, for which IPTV_WITHOUT_PACKAGES allows nothing",
            user=names["user"],
        )
    return Phrase(
        "%(user)s was never given packages, for which IPTV_WITHOUT_PACKAGES allows every channel",
        user=names["user"],
    )


def of_networks(play: Play, facts: Facts, reason: str | None) -> Phrase:
    """Whether the user may watch from this address."""
    name = _user(facts)
    if facts.user is None or not facts.user.allowed_networks:
        return Phrase("%(user)s may watch from any address", user=name)
    if reason == UNREADABLE:
        return _unreadable(name)
    known = {"user": name, "networks": ", ".join(facts.user.allowed_networks)}
    if play.address is None:
        return Phrase(
            "the viewer's address is not known, and %(user)s is bound to %(networks)s", **known
        )
    known["address"] = play.address
    if reason:
        return Phrase("%(address)s is outside of the networks of %(user)s: %(networks)s", **known)
    return Phrase("%(address)s is inside of the networks of %(user)s: %(networks)s", **known)


def _unreadable(user: str) -> Phrase:
    return Phrase(
        "what the database has of %(user)s can't be read; the user's page says what it is",
        user=user,
    )


def moment(at: datetime) -> str:
    """A time as owners read it."""
    # A second counts where something ends, and is noise where it is none.
    return f"{at:%Y-%m-%d %H:%M:%S} UTC" if at.second else f"{at:%Y-%m-%d %H:%M} UTC"


def _user(facts: Facts) -> str:
    return facts.user.name if facts.user is not None else Phrase("the user")


def _channel(facts: Facts) -> str:
    return facts.channel.name if facts.channel is not None else Phrase("the channel")
