"""Times and spans of time, as the pages show and take them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from markupsafe import Markup, escape

from .unreadable import Unreadable
from .words import trn

#: As sentences of parts that know no page have it.
_WRITTEN = re.compile(r"(\d{4}-\d\d-\d\d) (\d\d:\d\d)(:\d\d)? UTC")
_DAY, _HOUR, _MINUTE = 86_400, 3600, 60


def typed(moment: datetime | None) -> str:
    """A UTC time as the value of a ``datetime-local`` field, to the minute."""
    # A field for times shows nothing of what is none.
    if moment is None or isinstance(moment, Unreadable):
        return ""
    return moment.replace(tzinfo=None).isoformat(timespec="minutes")


def timed(text: str) -> Markup:
    """A text whose times can become those of the reader's clock, to the minute."""
    # What is put around the times is ours, and all that is text was escaped.
    return Markup(_WRITTEN.sub(_element, str(escape(text))))  # noqa: S704


def _element(found: re.Match[str]) -> str:
    day, minute, second = found.groups()
    shown = f'{day} {minute}<span class="iptv-utc"> UTC</span>'
    return f'<time datetime="{day}T{minute}{second or ":00"}Z">{shown}</time>'


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
