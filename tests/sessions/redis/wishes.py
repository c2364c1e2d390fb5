"""What the tests of this folder ask a store for."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from flask_iptv.sessions.store import Admission, Device, Event

START = datetime(2026, 1, 1, tzinfo=timezone.utc)
LEASE = 210


def wish(
    user_id: int | None = 1,
    agent: str = "tv",
    *,
    channel_id: int = 1,
    event: Event = Event.OPEN,
    session: str | None = None,
    limit: int | None = None,
    told: int | None = None,
) -> Admission:
    link = None if user_id else "a link"
    return Admission(
        device=Device(user_id, "192.0.2.1", agent, link),
        channel_id=channel_id,
        event=event,
        server_session=session,
        protocol="hls",
        max_sessions=limit,
        replace=False,
        lease=LEASE,
        grace=30,
        bytes=told,
    )


def later(seconds: int) -> datetime:
    return START + timedelta(seconds=seconds)
