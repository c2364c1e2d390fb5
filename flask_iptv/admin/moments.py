"""Times and spans of time, as the pages show and take them."""

from __future__ import annotations

from datetime import datetime, timedelta

_UNITS = (("day", 86_400), ("h", 3600), ("min", 60))


def typed(moment: datetime | None) -> str:
    """A UTC time as the value of a ``datetime-local`` field, to the minute."""
    return "" if moment is None else moment.replace(tzinfo=None).isoformat(timespec="minutes")


def span(length: timedelta) -> str:
    """How long, in one unit, whichever way it points: ``5 min``, ``1 day``."""
    seconds = abs(int(length.total_seconds()))
    for unit, size in _UNITS:
        if seconds >= size:
            number = seconds // size
            plural = "s" if unit == "day" and number > 1 else ""
            return f"{number} {unit}{plural}"
    return f"{seconds} s"
