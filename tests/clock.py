"""A clock that only the test moves on."""

from __future__ import annotations

from flask import Flask

from flask_iptv.rate_limits import Limiter, MemoryCounts


class Clock:
    """Seconds since 1970."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now

    @classmethod
    def of(cls, app: Flask) -> Clock:
        """Let the rate limits of an app, which nobody has used yet, go by a clock like this."""
        clock = cls()
        services = app.extensions["iptv"].services
        services.limiter = Limiter(services.settings.rate_limits, MemoryCounts(), clock)
        return clock
