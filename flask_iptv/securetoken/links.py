"""The signed link itself: made, recognised and verified."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from ipaddress import IPv6Address, ip_address
from typing import NamedTuple

from .diagnosis import diagnose, make_salt
from .refusals import Expired, Malformed, NotYetValid

#: Hashed in place of an address when a link may be used from anywhere.
NO_CHECK_IP = "no_check_ip"

# The hashed fields are joined without a border, so whatever could slide from one into the next
# must be fixed by the token's shape. Only name and address stay open, as the formula leaves them:
# a link for "cam" from 110.0.0.1 is also one for "cam1" from 10.0.0.1.
#
# Times have exactly ten digits: with a free length, the digits of an expired link's start could
# move to its end (…-1712356478-1712345678 -> …-81712356478-171234567) under the same hash.
_TIME = r"[1-9][0-9]{9}"
_TIMES = range(1_000_000_000, 10_000_000_000)
# Salts are hexadecimal: SHA-1 can be extended, but not without padding bytes, and so the salt
# ends where a user id such as "u42" begins. One such as "42" could be moved into the salt or cut
# out of it: it is accepted and not believed. One such as "4u2" would hide what is which.
_SALT = r"[0-9A-Fa-f]{1,256}"
_USER_ID = r"(?![0-9A-Fa-f])[!-~]{1,128}|[0-9A-Fa-f]{1,128}"
_SHAPE = re.compile(rf"([0-9a-f]{{40}})-({_SALT})-({_TIME})-({_TIME})(?:-({_USER_ID}))?")
_HEXADECIMAL = frozenset("0123456789abcdefABCDEF")

_UTC = timezone.utc

#: Addresses whose usual spelling is remembered; viewers come back with every segment.
_ADDRESSES = 4096


class Claims(NamedTuple):
    """What a verified link says.

    :param starts_at: first second of its validity, UTC.
    :param ends_at: last second of its validity, UTC.
    :param address_bound: whether it was signed for the viewer's address.
    :param user_id: the fifth part of a link, if it begins with anything but a hexadecimal digit
        (``u42``). For any other (``42``) this is ``None``: the border to the salt is not signed,
        so the holder could make ``2`` of it, or a four-part link.
    """

    starts_at: datetime
    ends_at: datetime
    address_bound: bool
    user_id: str | None


def bare_key(key: str) -> str:
    """Reduce a key to what is hashed: ``securetoken://KEY?no_check_ip=true`` to ``KEY``.

    :raises ValueError: when nothing is left, since anybody could sign with an empty key.
    """
    bare = _bare(key)
    if not bare:
        raise ValueError(f"the securetoken key {key!r} is empty; give at least one character")
    return bare


def sign(
    *,
    name: str,
    ip: str | None,
    starts_at: datetime,
    ends_at: datetime,
    key: str,
    user_id: str | None = None,
    salt: str | None = None,
) -> str:
    """Make the token of a signed link (Flussonic's securetoken).

    :param name: the bare stream name, without a leading slash or a playlist's file name.
    :param ip: the viewer's address; ``None`` makes a link that works from anywhere.
    :param starts_at: aware, like ``ends_at``; fractions of a second are cut off.
    :param key: the shared secret, bare or as the media server's ``securetoken://`` URL.
    :param user_id: adds the fifth part, which only newer servers know; see :class:`Claims`.
    :param salt: hexadecimal; made when absent.
    :raises ValueError: when a value can't be put into a link that :func:`verify` would accept.
    """
    if not name:
        raise ValueError("the stream's name is empty; a link is signed for one stream")
    start, end = _unix(starts_at, "starts_at"), _unix(ends_at, "ends_at")
    if end < start:
        raise ValueError(f"ends_at {ends_at} is before starts_at {starts_at}")
    if user_id is not None and not re.fullmatch(_USER_ID, user_id):
        raise ValueError(
            f"user_id {user_id!r} must be 1 to 128 visible ASCII characters, "
            "the first none of 0-9, a-f and A-F, such as 'u42'"
        )
    secret = bare_key(key)
    ip_field = NO_CHECK_IP if ip is None else _ip_fields(ip)[0]
    if salt is None:
        salt = make_salt(name, ip_field, secret)
    elif not re.fullmatch(_SALT, salt):
        raise ValueError(f"salt {salt!r} must be 1 to 256 hexadecimal digits")
    digest = _hash(f"{name}{ip_field}{start}{end}{secret}{salt}{user_id or ''}")
    token = f"{digest}-{salt}-{end}-{start}"
    return token if user_id is None else f"{token}-{user_id}"


def verify(
    token: str,
    *,
    name: str,
    ip: str | None,
    keys: Sequence[str],
    now: datetime,
    skew: timedelta = timedelta(0),
) -> Claims:
    """Check a signed link.

    :param token: what the viewer sent.
    :param name: the stream the viewer asks for.
    :param ip: the viewer's address; when ``None`` or not an address, only links that work from
        anywhere pass.
    :param keys: every key that may have signed; an empty one verifies nothing.
    :param now: aware.
    :param skew: by how much a link may start in the future, for clocks that differ.
    :raises SecureTokenError: the subclass says why the link is refused.
    :raises ValueError: when ``now`` is naive.
    """
    if now.utcoffset() is None:
        raise ValueError(f"now {now} has no time zone; pass an aware datetime")
    shape = _SHAPE.fullmatch(token)
    if shape is None:
        raise Malformed("not a signed link, whose form is HASH-SALT-END-START")
    digest, salt, end, start, user_id = shape.groups()
    try:
        ip_fields = _ip_fields(ip or "")
    except ValueError:
        ip_fields = (NO_CHECK_IP,)
    ip_field = _signed_for(digest, name, ip_fields, start + end, keys, salt + (user_id or ""))
    if ip_field is None:
        raise diagnose(salt, name, ip, ip_fields, [key for key in map(_bare, keys) if key])
    starts_at = datetime.fromtimestamp(int(start), _UTC)
    ends_at = datetime.fromtimestamp(int(end), _UTC)
    if starts_at - skew > now:
        raise NotYetValid(starts_at)
    if ends_at < now:
        raise Expired(ends_at)
    if user_id and user_id[0] in _HEXADECIMAL:
        user_id = None
    return Claims(starts_at, ends_at, ip_field != NO_CHECK_IP, user_id)


def looks_like(token: str) -> bool:
    """Tell a signed link from a user's key by its shape, without any key."""
    return _SHAPE.fullmatch(token) is not None


def _signed_for(
    digest: str, name: str, ip_fields: Sequence[str], times: str, keys: Sequence[str], tail: str
) -> str | None:
    """Find what was hashed for the address; one at most, as no address begins like another word."""
    for key in keys:
        bare = _bare(key)
        # An empty key in a list would let anybody sign.
        if not bare:
            continue
        for ip_field in ip_fields:
            if hmac.compare_digest(_hash(f"{name}{ip_field}{times}{bare}{tail}"), digest):
                return ip_field
    return None


def _bare(key: str) -> str:
    return key.removeprefix("securetoken://").partition("?")[0]


def _hash(text: str) -> str:
    # The media servers chose SHA-1; a FIPS build of Python must not refuse to speak with them.
    # And a request may hold half of a surrogate pair, which must be refused without a crash.
    data = text.encode("utf-8", "surrogatepass")
    return hashlib.sha1(data, usedforsecurity=False).hexdigest()


def _unix(moment: datetime, field: str) -> str:
    if moment.utcoffset() is None:
        raise ValueError(f"{field} {moment} has no time zone; pass an aware datetime")
    seconds = int(moment.timestamp())
    if seconds not in _TIMES:
        raise ValueError(f"{field} {moment} must lie between the years 2001 and 2286")
    return str(seconds)


@lru_cache(_ADDRESSES)
def _ip_fields(ip: str) -> tuple[str, ...]:
    """List what may be hashed for a viewer's address: its usual spelling first, none at all last.

    An IPv4-mapped address is usually spelled as IPv4.
    """
    try:
        address = ip_address(ip)
    except ValueError:
        raise ValueError(
            f"ip {ip!r} is not an address; give one such as 203.0.113.7, or None for any"
        ) from None
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    usual = str(address)
    mapped = usual if ":" in usual else f"::ffff:{usual}"
    return tuple(dict.fromkeys((usual, mapped, ip, NO_CHECK_IP)))
