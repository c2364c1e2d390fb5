"""The limits of one app."""

from __future__ import annotations

import hashlib
import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from math import ceil
from threading import Lock

from .counts import MOST_REFUSED, Counts, Refused
from .table import Limit

log = logging.getLogger("flask_iptv")

#: Seconds until it is told again that an address is limited.
TOLD_EVERY = 300.0


class Limiter:
    """Counts by the names of the limits; what a name is off for is never limited.

    :param limits: those that are on.
    :param clock: seconds since 1970.
    """

    def __init__(
        self, limits: Iterable[Limit], counts: Counts, clock: Callable[[], float] = time.time
    ) -> None:
        self._limits = {limit.name: limit for limit in limits}
        self._counts = counts
        self._clock = clock
        self._told: OrderedDict[str, float] = OrderedDict()
        self._telling = Lock()

    def look(self, limit: Limit | str, key: str, address: str) -> int:
        """Whole seconds until a key may have one more; 0 if it may now.

        :param limit: its name, or a limit of the host's own.
        :param address: who asks, for the log and the page of who is limited.
        """
        return self._seconds(self._counts.look, limit, key, address)

    def count(self, limit: Limit | str, key: str, address: str) -> int:
        """The same, and let the key have one if it may."""
        return self._seconds(self._counts.count, limit, key, address)

    def refused(self) -> list[Refused]:
        """The addresses that are limited now, those first that are for the longest time."""
        return sorted(self._counts.refused(self._clock()), key=lambda one: -one.until)

    def close(self) -> None:
        """Let go of connections."""
        self._counts.close()

    def _seconds(
        self,
        ask: Callable[[Limit, str, str, float], float],
        limit: Limit | str,
        key: str,
        address: str,
    ) -> int:
        known = self._limits.get(limit) if isinstance(limit, str) else limit
        if known is None:
            return 0
        wait = ceil(ask(known, _short(key), address, self._clock()))
        if wait and self._is_news(address):
            log.warning(
                "%s is limited (%s) and has to wait for %d s", address or "an unknown address",
                known.name, wait,
            )  # fmt: skip
        return wait

    def _is_news(self, address: str) -> bool:
        now = self._clock()
        with self._telling:
            if self._told.get(address, 0.0) > now:
                return False
            self._told[address] = now + TOLD_EVERY
            self._told.move_to_end(address)
            if len(self._told) > MOST_REFUSED:
                self._told.popitem(last=False)
            return True


def _short(key: str) -> str:
    """A digest: what people type, a password in the place of the name too, is kept nowhere."""
    return hashlib.sha256(key.encode(errors="surrogatepass")).hexdigest()[:32]
