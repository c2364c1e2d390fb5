"""A Redis or Valkey cluster, asked through redis-py's own client."""

from __future__ import annotations

import time
from collections.abc import Sequence
from threading import Lock
from typing import Any

from redis.backoff import NoBackoff
from redis.cluster import RedisCluster
from redis.exceptions import NoScriptError, RedisClusterException, RedisError
from redis.retry import Retry

from ... import forks
from ...errors import Unavailable
from .scripts import Call, keys

#: Seconds until a cluster that did not answer is asked again.
RETRY = 1.0


class Cluster:
    """The servers that one of them, behind a URL, knows.

    :param options: what :func:`redis.connection.parse_url` makes of the URL.
    """

    def __init__(self, options: dict[str, Any]) -> None:
        if options.get("db"):
            raise ValueError("a cluster has no databases of a number")
        self._options = {name: options[name] for name in options if name != "db"}
        self._client: Any = None
        self._lock = Lock()
        self._failed_until = 0.0
        forks.forget_in_children(self)

    def ask(self, calls: Sequence[Call]) -> list[Any]:
        """Run scripts one after another and give their answers in order.

        The answer of one that failed is an :exc:`~flask_iptv.errors.Unavailable`.
        """
        return [self._asked(call) for call in calls]

    def close(self) -> None:
        """Let go of the connections."""
        with self._lock:
            client, self._client = self._client, None
        if client is not None:
            client.close()

    def forget(self) -> None:
        """Begin anew in a process that was forked from the one that has the connections."""
        self._client, self._lock = None, Lock()

    def _asked(self, call: Call) -> Any:
        names = keys(call.shard)
        try:
            client = self._connected()
            try:
                return client.evalsha(call.script.sha, len(names), *names, *call.arguments)
            except NoScriptError:
                return client.eval(call.script.text, len(names), *names, *call.arguments)
        except (RedisError, RedisClusterException, OSError) as error:
            return Unavailable("Redis", str(error))

    def _connected(self) -> Any:
        if self._client is None and time.monotonic() < self._failed_until:
            raise ConnectionError("no server of the cluster answered a moment ago")
        with self._lock:
            if self._client is None and time.monotonic() < self._failed_until:
                raise ConnectionError("no server of the cluster answered a moment ago")
            if self._client is None:
                # A failure is remembered, or questions would wait for it one after the other.
                self._failed_until = time.monotonic() + RETRY
                # It asks the server who else there is, so it can't be made before the first use.
                self._client = RedisCluster(retry=Retry(NoBackoff(), 1), **self._options)
            return self._client
