"""A clock that stands still, so that what a page shows is the same at each run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, tzinfo
from unittest.mock import patch

from flask_iptv.models import base


class Clock:
    """Stands in for the class ``datetime`` where the time of day is asked."""

    def __init__(self, stands_at: datetime) -> None:
        self.stands_at = stands_at

    def now(self, tz: tzinfo | None = None) -> datetime:
        """The time that it shows."""
        return self.stands_at.astimezone(tz)

    @contextmanager
    def ago(self, **span: float) -> Iterator[None]:
        """Turn it back meanwhile.

        :param span: as of a ``timedelta``.
        """
        before = self.stands_at
        self.stands_at = before - timedelta(**span)
        try:
            yield
        finally:
            self.stands_at = before


@contextmanager
def standing_still(at: datetime) -> Iterator[Clock]:
    """Let everything of ours see one time of day meanwhile.

    :param at: UTC.
    """
    clock = Clock(at)
    with patch.object(base, "datetime", clock):
        yield clock
