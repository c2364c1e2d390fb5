"""Ordered rules of the owner's that come before users and backends, in Flussonic's words."""

from __future__ import annotations

import hmac
import logging
import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import NamedTuple

from ..config import Settings
from ..errors import ConfigError
from .countries import Countries
from .play import Play

log = logging.getLogger("flask_iptv")

#: What a refusal by a rule of each kind is called.
REASONS = {
    "token": "unknown_token",
    "ip": "address_not_allowed",
    "country": "country_not_allowed",
    "ua": "user_agent_not_allowed",
}

_FORM = (
    "must be 'allow' or 'deny' and then 'token TOKEN', 'ip NETWORK ...', 'country CODE ...', "
    "'ua TEXT' or 'default'"
)

Matches = Callable[[Play], bool]


class LocalRule(NamedTuple):
    """One rule.

    :param shown: as the owner wrote it, but without a token.
    :param reason: the code of the refusal; ``None`` for a rule that allows.
    :param absent: why it is not evaluated; ``None`` if it is.
    """

    number: int
    shown: str
    reason: str | None
    matches: Matches
    absent: str | None = None

    @property
    def name(self) -> str:
        """What it is called in an explanation."""
        return f"rule {self.number}"


class LocalRules:
    """``IPTV_AUTH_RULES``, read once.

    :raises ConfigError: for a rule that can't be used, by its number and without tokens.
    """

    def __init__(self, settings: Settings) -> None:
        countries = Countries(settings.country_database)
        texts = list(settings.auth_rules)
        #: What becomes of viewers whom nobody knows.
        self.allows_strangers = False
        if texts and texts[-1].split()[1:] == ["default"]:
            number, verb = len(texts), texts.pop().split()[0]
            self.allows_strangers = _allows(number, verb)
        self.table: tuple[LocalRule, ...] = tuple(
            _read(number, text, countries) for number, text in enumerate(texts, 1)
        )
        #: Those that are evaluated.
        self.active = tuple(rule for rule in self.table if rule.absent is None)
        numbers = [str(rule.number) for rule in self.table if rule.absent is not None]
        if numbers:
            log.warning("rules of IPTV_AUTH_RULES about countries are not evaluated (%s): %s",
                        ", ".join(numbers), countries.absent)  # fmt: skip


def _allows(number: int, verb: str) -> bool:
    if verb not in ("allow", "deny"):
        raise _wrong(number, _FORM)
    return verb == "allow"


def _read(number: int, text: str, countries: Countries) -> LocalRule:
    verb, kind, said = (*text.strip().split(None, 2), "", "", "")[:3]
    allows = _allows(number, verb)
    if kind == "default":
        raise _wrong(number, "'default' is the last rule and stands alone: 'allow default'")
    if kind not in REASONS or not said:
        raise _wrong(number, _FORM)
    try:
        matches = _matcher(kind, said, countries)
    except ValueError as error:
        raise _wrong(number, str(error)) from None
    shown = f"{verb} {kind} {'...' if kind == 'token' else said}"
    absent = countries.absent if kind == "country" else None
    return LocalRule(number, shown, None if allows else REASONS[kind], matches, absent)


def _matcher(kind: str, said: str, countries: Countries) -> Matches:
    if kind == "token":
        return _has_token(said)
    if kind == "ip":
        return _is_in(said.split())
    if kind == "country":
        return _is_from(said.split(), countries)
    return _says(said)


def _has_token(said: str) -> Matches:
    if len(said.split()) > 1 or len(said) > 512:
        raise ValueError("'token' takes one token of at most 512 characters without spaces")
    expected = said.encode()
    return lambda play: hmac.compare_digest((play.token or "").encode(), expected)


def _is_in(said: Sequence[str]) -> Matches:
    networks = []
    for text in said:
        try:
            networks.append(ip_network(text))
        except ValueError as error:
            raise ValueError(
                f"{error}; give addresses and networks such as 203.0.113.0/24"
            ) from None

    def matches(play: Play) -> bool:
        if play.address is None:
            return False
        own = _address(play.address)
        return any(own in network for network in networks)

    return matches


def _is_from(said: Sequence[str], countries: Countries) -> Matches:
    for text in said:
        if not re.fullmatch("[A-Za-z]{2}", text):
            raise ValueError(f"{text!r} is no country; give codes of two letters such as RU US")
    wanted = frozenset(text.upper() for text in said)
    return lambda play: countries.of(play.address) in wanted


def _says(said: str) -> Matches:
    wanted = said.casefold()
    return lambda play: wanted in (play.user_agent or "").casefold()


@lru_cache(maxsize=4096)
def _address(text: str) -> IPv4Address | IPv6Address:
    return ip_address(text)


def _wrong(number: int, what: str) -> ConfigError:
    # The rule itself is not repeated: in a mistyped one a token may stand anywhere.
    return ConfigError(f"IPTV_AUTH_RULES: rule {number} can't be used: {what}")
