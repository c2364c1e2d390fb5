"""Made-up viewers who watch, zap, leave and come, in questions to a session store."""

from __future__ import annotations

import random
from array import array
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

from flask_iptv.sessions import Admission, Device, Event, Store

from . import provider

#: Seconds between two questions about one session.
AUTH_DURATION = 180
LEASE, GRACE = AUTH_DURATION + 30, 30
#: Seconds on one channel, and in one evening, on average.
ZAP_EVERY, STAY = 600, 3600
#: Questions and ends of one viewer in a second.
ASKED = 1 / AUTH_DURATION + 2 / ZAP_EVERY + 2 / STAY
START = datetime(2026, 1, 1, 20, tzinfo=timezone.utc)
#: A question, or that a session has ended.
Asked = Callable[[Store, datetime], Any]


class Audience:
    """Viewers who watch, zap, leave and come: one device each, one user each.

    :param sessions: how many watch.
    """

    def __init__(self, sessions: int) -> None:
        self.sessions = sessions
        self._zaps = array("H", bytes(2 * sessions))
        self._random = random.Random(1)

    def arrive(self) -> Iterator[tuple[Admission, datetime]]:
        """Everybody opens a session, spread over the time between two questions."""
        for number in range(self.sessions):
            since = AUTH_DURATION * (1 - number / self.sessions)
            yield self.wish(number, Event.OPEN), START - timedelta(seconds=since)

    def second(self, number: int) -> list[Asked]:
        """What is asked in one second: most sessions go on, some are changed, few end."""
        first, last = (at * self.sessions // AUTH_DURATION for at in (number, number + 1))
        asked = [[self._admit(at % self.sessions, Event.UPDATE)] for at in range(first, last)]
        for opens_first, every in ((True, ZAP_EVERY), (False, STAY)):
            often = int(self.sessions / every + self._random.random())
            asked += [self._change(opens_first) for _ in range(often)]
        self._random.shuffle(asked)
        return [ask for group in asked for ask in group]

    def _change(self, opens_first: bool) -> list[Asked]:
        """Zap, which a server notices late, or leave and come again another time."""
        viewer = self._random.randrange(self.sessions)
        old = self.wish(viewer, Event.CLOSE)
        self._zaps[viewer] = (self._zaps[viewer] + 1) % 65_536
        both: list[Asked] = [
            self._admit(viewer, Event.OPEN),
            lambda store, now: store.end(old.device, old.server_session, now=now),
        ]
        return both if opens_first else both[::-1]

    def _admit(self, viewer: int, event: Event) -> Asked:
        wish = self.wish(viewer, event)
        return lambda store, now: store.admit(wish, now=now)

    def wish(self, viewer: int, event: Event) -> Admission:
        """What a media server asks about a viewer at this moment."""
        zaps = self._zaps[viewer]
        address = f"10.{viewer >> 16 & 255}.{viewer >> 8 & 255}.{viewer & 255}"
        return Admission(
            device=Device(viewer + 1, address, "VLC/3.0.20 LibVLC/3.0.20"),
            channel_id=1 + (viewer + zaps) % provider.COMMON,
            event=event,
            server_session=f"{viewer:08x}-{zaps:04x}-4f6e-8c0a-5e2d7c3b1a90",
            protocol="hls",
            max_sessions=3,
            replace=False,
            lease=LEASE,
            grace=GRACE,
        )
