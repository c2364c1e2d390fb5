"""Limits of the request that is being answered."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network
from typing import cast

from flask import current_app, request

from .counts import Refused
from .limiter import Limiter
from .table import Limit

#: Somebody who has one address of IPv6 has all that begin with as many bits.
IPV6_PREFIX = 64


def look(limit: Limit | str, key: str | None = None) -> int:
    """Whole seconds until the one who asks may have one more; 0 if it is now.

    :param limit: a name of ``IPTV_RATE_LIMITS``, or a limit of the host's own.
    :param key: whose it is; that of the address the request comes from if it is left out.
    """
    here = address()
    return _limiter().look(limit, here if key is None else key, here)


def count(limit: Limit | str, key: str | None = None) -> int:
    """The same, and take one if there is one."""
    here = address()
    return _limiter().count(limit, here if key is None else key, here)


def refused() -> list[Refused]:
    """The addresses that are limited now."""
    return _limiter().refused()


def address() -> str:
    """Where the request comes from, as the server and the host's middleware say.

    Of IPv6 it is the network; ``""`` for what is no address, such as a socket of the file system.
    """
    return network(request.remote_addr or "")


def network(text: str) -> str:
    """The address or network that counts as one."""
    try:
        known = ip_address(text.partition("%")[0])
    except ValueError:
        return ""
    if not isinstance(known, IPv6Address):
        return str(known)
    if known.ipv4_mapped is not None:
        # A proxy that listens for both kinds at one socket names everybody who has IPv4 so.
        return str(known.ipv4_mapped)
    return str(ip_network((int(known), IPV6_PREFIX), strict=False))


def _limiter() -> Limiter:
    return cast(Limiter, current_app.extensions["iptv"].limiter)
