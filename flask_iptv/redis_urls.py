"""URLs of Redis and Valkey servers, as redis-py takes them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlencode

#: Its own name, which redis-py doesn't know.
_SCHEME = re.compile("^valkey")


def parse(url: str) -> tuple[dict[str, Any], bool]:
    """Give the options of a connection, and whether it leads to a cluster.

    :raises ImportError: if redis-py is not installed.
    :raises ValueError: if the URL can't be used; what is said may hold its password.
    """
    import redis.connection

    parse_url: Callable[[str], dict[str, Any]] = redis.connection.parse_url
    address, _, query = url.partition("?")
    settings = dict(parse_qsl(query))
    is_cluster = settings.pop("cluster", "") == "1"
    plain = f"{_SCHEME.sub('redis', address)}?{urlencode(settings)}"
    return {**parse_url(plain), "decode_responses": False}, is_cluster
