"""Times and spans of time, as the pages show and take them."""

from __future__ import annotations

from datetime import datetime, timedelta

from .words import trn

_DAY, _HOUR, _MINUTE = 86_400, 3600, 60


def typed(moment: datetime | None) -> str:
    """A UTC time as the value of a ``datetime-local`` field, to the minute."""
    return "" if moment is None else moment.replace(tzinfo=None).isoformat(timespec="minutes")


def span(length: timedelta) -> str:
    """How long, in one unit, whichever way it points: ``5 min``, ``1 day``."""
    seconds = abs(int(length.total_seconds()))
    if seconds >= _DAY:
        return trn("%(num)s day", "%(num)s days", seconds // _DAY)
    if seconds >= _HOUR:
        return trn("%(num)s h", "%(num)s h", seconds // _HOUR)
    if seconds >= _MINUTE:
        return trn("%(num)s min", "%(num)s min", seconds // _MINUTE)
    return trn("%(num)s s", "%(num)s s", seconds)
