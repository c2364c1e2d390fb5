"""``/api/sessions``: who is watching now, and cutting them off."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from .. import sessions
from ..fields import told
from ..models import utcnow
from ..sessions import Watching
from .answer import RecordOut
from .listing import Listing
from .query import SORTING, Paging, Sort, Text, page
from .resource import Resource, number


class SessionQuery(Paging):
    """Which part of the list of sessions is wanted."""

    sort: Annotated[Sort, told.sorts("id", "opened_at")] = Field("id", description=SORTING)
    user: Text = Field(None, description="Only sessions of the user of this name.")
    channel: Text = Field(None, description="Only sessions of the channel of this name.")


class SessionOut(RecordOut):
    """A device that is watching."""

    id: int
    user: str | None = Field(
        description="Name of the user; `null` for a viewer with a signed link."
    )
    channel: str = Field(description="Name of the channel.")
    address: str | None
    user_agent: str | None
    protocol: str | None
    server_session: str | None = Field(
        description="The session's id on the media server, where it tells one."
    )
    opened_at: datetime
    seen_at: datetime = Field(description="When the media server last asked about it.")
    expires_at: datetime = Field(description="When it ends if nothing more is heard.")
    bytes: int | None = Field(
        description="Sent while this channel was watched, where the media server tells."
    )


class SessionList(Listing):
    """A part of the list of sessions now open."""

    sessions: list[SessionOut]


collection = Resource("/sessions", "sessions")
item = Resource("/sessions/<session_id>", "session")


@collection.on("GET", query=SessionQuery, answer=SessionList)
def list_sessions(query: SessionQuery) -> SessionList:
    """List the sessions now open."""
    found = page(sessions.page, query, now=utcnow())
    shown = [_shown(session) for session in found.items]
    return SessionList(sessions=shown, next=found.next, estimated_count=found.count)


@item.on("GET", answer=SessionOut)
def get_session(session_id: str) -> SessionOut:
    """Show a session."""
    return _shown(sessions.get(number("session", session_id), now=utcnow()))


@item.on("DELETE", status=204)
def cut_session(session_id: str) -> None:
    """Cut a session: it is refused at the media server's next question."""
    sessions.cut(number("session", session_id))


def _shown(session: Watching) -> SessionOut:
    return SessionOut(
        id=session.id,
        user=session.user.name if session.user else None,
        channel=session.channel.name,
        address=session.address,
        user_agent=session.user_agent,
        protocol=session.protocol,
        server_session=session.server_session,
        opened_at=session.opened_at,
        seen_at=session.seen_at,
        expires_at=session.expires_at,
        bytes=session.bytes,
    )
