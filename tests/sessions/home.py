"""The devices of one user, who ask a store for slots by a clock that the test moves."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

from flask import Flask

from flask_iptv import channels, users
from flask_iptv.sessions import Admission, Device, EndedSession, Event, Selection, Store

START = datetime(2026, 1, 1, tzinfo=timezone.utc)
LEASE = 210
GRACE = 30


@dataclass
class Home:
    """Asks a store as the devices of bob do, who may watch on one at a time.

    :param ended: what the store has told the history.
    """

    store: Store
    user_id: int
    channel_ids: dict[str, int]
    limit: int | None = 1
    replace: bool = False
    now: datetime = START
    ended: list[EndedSession] = field(default_factory=list)

    def device(self, name: str, address: str = "192.0.2.1") -> Device:
        return Device(self.user_id, address, name)

    def ask(
        self,
        name: str,
        event: Event = Event.OPEN,
        *,
        on: str = "one",
        session: str | None = None,
        address: str = "192.0.2.1",
        bytes: int | None = None,
    ) -> str | None:
        wish = Admission(
            device=self.device(name, address),
            channel_id=self.channel_ids[on],
            event=event,
            server_session=session,
            protocol="hls",
            max_sessions=self.limit,
            replace=self.replace,
            lease=LEASE,
            grace=GRACE,
            bytes=bytes,
        )
        return self.store.admit(wish, now=self.now)

    def ask_with_link(self, link: str, *, session: str | None = None) -> str | None:
        wish = Admission(
            device=Device(None, "192.0.2.1", "tv", link),
            channel_id=self.channel_ids["one"],
            event=Event.OPEN,
            server_session=session,
            protocol="hls",
            max_sessions=None,
            replace=False,
            lease=LEASE,
            grace=GRACE,
        )
        return self.store.admit(wish, now=self.now)

    def close(
        self,
        name: str,
        session: str | None = None,
        *,
        address: str = "192.0.2.1",
        bytes: int | None = None,
    ) -> None:
        self.store.end(self.device(name, address), session, now=self.now, bytes=bytes)

    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def open(self) -> list[tuple[str, str]]:
        """Who watches what."""
        names = {id: name for name, id in self.channel_ids.items()}
        found = self.store.select(Selection(), limit=100, now=self.now)
        return sorted((str(item.user_agent), names[item.channel_id]) for item in found)

    def endings(self) -> list[tuple[str, str, str, float, int | None]]:
        """What has ended since the last time: who, on what, how, after which seconds, bytes."""
        names = {id: name for name, id in self.channel_ids.items()}
        ended = [
            (
                str(item.user_agent),
                names[item.channel_id],
                item.ending.value,
                (item.ended_at - item.opened_at).total_seconds(),
                item.bytes,
            )
            for item in self.ended
        ]
        self.ended.clear()
        return ended


def move_in(app: Flask) -> Home:
    """Give the devices of bob in an app with the channels ``one`` and ``two``, in its context."""
    ids = {name: channels.get(name).id for name in ("one", "two")}
    state = app.extensions["iptv"]
    ended: list[EndedSession] = []
    state.services.recorder.remember = ended.extend
    return Home(state.store(), users.by_name("bob").id, ids, ended=ended)
