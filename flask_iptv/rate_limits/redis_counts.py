"""The counts of many processes, in the Redis or Valkey server that has their sessions."""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

from redis import ConnectionPool, Redis
from redis.backoff import NoBackoff
from redis.cluster import RedisCluster
from redis.exceptions import NoScriptError, RedisClusterException, RedisError
from redis.retry import Retry

from .. import forks, redis_urls
from .counts import MOST_REFUSED, Refused
from .gcra import ROUNDING
from .table import Limit

log = logging.getLogger("flask_iptv")

Answer = TypeVar("Answer")

#: Seconds that a request waits for the server at most: it goes on without.
PATIENCE = 0.25
#: Seconds until a server that did not answer is asked again, by one request.
REST = 5.0

_SCRIPT = Path(__file__).resolve().parent / "count.lua"
#: A cluster keeps together what has the same braces.
_PREFIX = "iptv:{limits}:"
_REFUSED = f"{_PREFIX}refused"
_PLAIN = {"decode_responses": True, "protocol": 2}


class RedisCounts:
    """The same as :class:`MemoryCounts` for all processes together.

    While the server is away or slow nobody is limited: requests must not wait for it.

    :param url: as ``IPTV_SESSION_STORE`` has it; it was checked when the sessions were opened.
    :param clock: seconds that only ever grow.
    """

    def __init__(self, url: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._options, self._is_cluster = redis_urls.parse(url)
        self._clock = clock
        self._text = _SCRIPT.read_text("utf-8")
        self._sha = hashlib.sha1(self._text.encode(), usedforsecurity=False).hexdigest()
        self._is_away = False
        self.forget()
        forks.forget_in_children(self)

    def forget(self) -> None:
        """Begin anew in a process that was forked from the one that has the connections."""
        self._client: Any = None
        self._opening = Lock()
        self._rests_until = 0.0

    def look(self, limit: Limit, key: str, address: str, now: float) -> float:
        return self._ask(limit, key, address, now, "")

    def count(self, limit: Limit, key: str, address: str, now: float) -> float:
        return self._ask(limit, key, address, now, "1")

    def refused(self, now: float) -> list[Refused]:
        def ask(client: Any) -> list[Refused]:
            found = client.zrangebyscore(
                _REFUSED, now, "+inf", start=0, num=MOST_REFUSED, withscores=True
            )
            told = [(who.partition(" "), until) for who, until in found]
            return [Refused(address, limit, until) for (limit, _, address), until in told]

        return self._answered(ask, [])

    def close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.close()

    def _ask(self, limit: Limit, key: str, address: str, now: float, take: str) -> float:
        names = (f"{_PREFIX}{limit.name}:{key}", _REFUSED)
        longest = "" if limit.longest_wait is None else max(limit.longest_wait, limit.interval)
        values = (now, limit.interval, limit.tolerance, limit.farthest, longest, ROUNDING, take,
                  f"{limit.name} {address}", MOST_REFUSED)  # fmt: skip

        def ask(client: Any) -> float:
            try:
                return float(client.evalsha(self._sha, len(names), *names, *values))
            except NoScriptError:
                return float(client.eval(self._text, len(names), *names, *values))

        return self._answered(ask, 0.0)

    def _answered(self, ask: Callable[[Any], Answer], otherwise: Answer) -> Answer:
        """What the server answers, or something else while it does not."""
        if self._is_away:
            if self._clock() < self._rests_until:
                return otherwise
            # This request tries; no other waits for the same meanwhile.
            self._rests_until = self._clock() + REST
        try:
            answer = ask(self._connected())
        except (RedisError, RedisClusterException, OSError) as error:
            self._rests_until = self._clock() + REST
            if not self._is_away:
                self._is_away = True
                log.error("Redis does not answer, so nobody is limited meanwhile: %s", error)
            return otherwise
        self._is_away = False
        return answer

    def _connected(self) -> Any:
        with self._opening:
            if self._client is None:
                self._client = self._opened()
            return self._client

    def _opened(self) -> Any:
        options = self._options | _PLAIN
        options |= {"socket_timeout": PATIENCE, "socket_connect_timeout": PATIENCE}
        if self._is_cluster:
            options.pop("db", None)
            return RedisCluster(retry=Retry(NoBackoff(), 1), **options)
        # One more try: a connection that was idle for long may have been closed.
        pool = ConnectionPool(retry=Retry(NoBackoff(), 1), **options)
        return Redis(connection_pool=pool)
