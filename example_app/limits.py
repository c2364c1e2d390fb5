"""How often one address may try to log in or to join, remembered in this process only."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil
from typing import ParamSpec, TypeVar

from flask import current_app, request
from werkzeug.exceptions import TooManyRequests

P = ParamSpec("P")
R = TypeVar("R")

#: Addresses that are remembered at once; more would be somebody's attempt to fill the memory.
MOST = 10_000
#: Somebody who has one address of IPv6 has all that begin with as many bits.
IPV6_PREFIX = 64


class Tries:
    """The tries of late, by what was tried and by whom.

    A site with several processes needs one count for all of them, such as Flask-Limiter keeps in
    Redis; here each process would have its own.

    :param clock: seconds that only ever grow.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._counts: OrderedDict[tuple[str, str], tuple[float, int]] = OrderedDict()

    def take(self, what: str, address: str, most: int, seconds: int) -> int:
        """Count a try; give 0, or the seconds to wait if there were too many.

        :param most: how many are allowed within so many seconds, which begin with the first.
        """
        now, key = self._clock(), (what, _network(address))
        with self._lock:
            until, count = self._counts.get(key, (now + seconds, 0))
            if until <= now:
                until, count = now + seconds, 0
                del self._counts[key]
            if count >= most:
                return ceil(until - now)
            self._counts[key] = until, count + 1
            if len(self._counts) > MOST:
                self._counts.popitem(last=False)
        return 0


def limited(most: int, seconds: int) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Decorate a view that one address may open so many times within so many seconds."""

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            tries: Tries = current_app.extensions.setdefault("harbour-tries", Tries())
            # Behind a proxy it is the viewer's only with ProxyFix, see create_app.
            address = request.remote_addr or ""
            if wait := tries.take(view.__name__, address, most, seconds):
                message = f"That was tried too often. Please wait {wait} seconds."
                raise TooManyRequests(message, retry_after=wait)
            return view(*args, **kwargs)

        return guarded

    return decorate


def _network(address: str) -> str:
    try:
        known = ip_address(address)
    except ValueError:
        return address
    if not isinstance(known, IPv6Address):
        return address
    if known.ipv4_mapped:
        # So a proxy that listens for both kinds at one socket names everybody who has IPv4.
        return str(known.ipv4_mapped)
    return str(ip_network((int(known), IPV6_PREFIX), strict=False))
