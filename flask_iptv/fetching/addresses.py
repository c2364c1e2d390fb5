"""Which address a host has, and whether it is one that may be asked."""

from __future__ import annotations

import queue
import socket
import threading
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any

from ..phrases import Phrase, mark
from ..values import Network
from .failures import FetchError

Address = IPv4Address | IPv6Address

#: IPv6 addresses whose last four bytes are the IPv4 address that is reached: IPv4-compatible ones
#: (RFC 4291) and those of a NAT64 gateway (RFC 6052).
_WITH_IPV4_AT_THE_END = (IPv6Network("::/96"), IPv6Network("64:ff9b::/96"))

#: All of IPv6 that is handed out to the public (RFC 4291).
_PUBLIC_IPV6 = IPv6Network("2000::/3")

_PRIVATE = mark("%(host)s is a private address; if that is meant, add it to IPTV_FETCH_NETWORKS")
_NOT_PUBLIC = mark(
    "%(host)s is not a public address; if that is meant, add it to IPTV_FETCH_NETWORKS"
)
_NAMED_PRIVATE = mark(
    "%(host)s is %(address)s, a private address; if that is meant, add it to IPTV_FETCH_NETWORKS"
)
_NAMED_NOT_PUBLIC = mark(
    "%(host)s is %(address)s, not a public address; if that is meant, add it to IPTV_FETCH_NETWORKS"
)


def resolve(host: str, port: int, seconds: float) -> list[Address]:
    """Ask DNS for the addresses of a host, the best first.

    :raises FetchError: when there are none.
    """
    said: queue.SimpleQueue[list[Any]] = queue.SimpleQueue()

    def ask() -> None:
        try:
            said.put(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, ValueError):
            said.put([])

    # In a thread, because the system's resolver can't be told how long to wait.
    threading.Thread(target=ask, name="iptv-dns", daemon=True).start()
    try:
        found = said.get(timeout=seconds)
    except queue.Empty:
        raise FetchError(
            Phrase(
                "DNS did not say within %(seconds)s seconds where %(host)s is",
                seconds=f"{seconds:g}",
                host=host,
            )
        ) from None
    if not found:
        raise FetchError(Phrase("%(host)s is not known to DNS", host=host))
    return [ip_address(entry[4][0]) for entry in found]


def permitted(host: str, found: Sequence[Address], networks: Sequence[Network]) -> list[Address]:
    """Keep the addresses that are public or in one of the networks.

    :raises FetchError: when there are none.
    """
    kept = [
        address
        for address in found
        if is_public(address)
        or any(one in network for network in networks for one in (address, _reached(address)))
    ]
    if kept:
        return kept
    first = found[0]
    is_private = _reached(first).is_private
    if host == str(first):
        raise FetchError(Phrase(_PRIVATE if is_private else _NOT_PUBLIC, host=host))
    words = _NAMED_PRIVATE if is_private else _NAMED_NOT_PUBLIC
    raise FetchError(Phrase(words, host=host, address=first))


def is_public(address: Address) -> bool:
    """Tell an address on the Internet from one inside a network, however it is written."""
    reached = _reached(address)
    if isinstance(reached, IPv6Address) and reached not in _PUBLIC_IPV6:
        return False
    return reached.is_global and not reached.is_multicast


def _reached(address: Address) -> Address:
    """Look through the IPv6 forms of an IPv4 address."""
    if isinstance(address, IPv4Address):
        return address
    # The two lowest are IPv6's own: nowhere and this machine.
    if int(address) > 1 and any(address in network for network in _WITH_IPV4_AT_THE_END):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address
