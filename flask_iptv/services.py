"""What answers, writes and tells for one app, made from its settings."""

from __future__ import annotations

from collections.abc import Callable

from .authorization import Authorizer, FactReader, Publishing
from .config import Settings
from .connections import Connections
from .cuts import Teller
from .fetching import Fetcher
from .mediaservers import Endpoint
from .rate_limits import Counts, Limiter, MemoryCounts
from .recorder import Recorder
from .sessions import Store
from .values import is_redis


class Services:
    """All of it, which does nothing yet: no file or connection is opened and no thread begun.

    :param store: gives the session store.
    :param asked: called at each question of a media server.
    :param refused: given the reason of each refusal of a viewer.
    :raises ConfigError: if the rules or the country database can't be used.
    """

    def __init__(
        self,
        settings: Settings,
        connections: Connections,
        store: Callable[[], Store],
        asked: Callable[[], None],
        refused: Callable[[str], None],
    ) -> None:
        self.settings = settings
        self.limiter = Limiter(settings.rate_limits, _counts(settings.session_store))
        self.recorder = Recorder(connections, settings.history_days)
        self.fetcher = Fetcher(settings.fetch_networks)
        self.teller = Teller(connections, self.fetcher)
        self.authorizer = Authorizer(settings, FactReader(connections), store)
        publishing = Publishing(settings, connections)
        self.endpoint = Endpoint(settings, self.authorizer, publishing, asked, refused)

    def close(self) -> None:
        """End the threads; what is needed later begins them again."""
        self.teller.close()
        self.authorizer.close()
        self.limiter.close()


def _counts(session_store: str | None) -> Counts:
    if session_store is None or not is_redis(session_store):
        return MemoryCounts()
    # Who has no Redis needs no redis-py.
    from .rate_limits.redis_counts import RedisCounts

    return RedisCounts(session_store)
