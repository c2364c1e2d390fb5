"""The table of the sessions now open."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base
from .columns import BigWhole, Text


class Session(Base):
    """A device that is watching: one row, one slot of its user's limit."""

    __tablename__ = "iptv_sessions"
    # Else SQLite gives the id of the last one that has ended to the next: who cuts what a page has
    # shown a moment ago would cut another viewer.
    __table_args__ = {"sqlite_autoincrement": True}

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Digest of user, address and user agent (of the link too, where there is no user).
    device: Mapped[str] = mapped_column(Text(64), unique=True)
    #: Empty for a viewer with a signed link.
    user_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("iptv_users.id", ondelete="CASCADE"), index=True
    )
    channel_id: Mapped[int] = mapped_column(
        sa.ForeignKey("iptv_channels.id", ondelete="CASCADE"), index=True
    )
    #: The session's id on the media server, where it tells one.
    server_session: Mapped[str | None] = mapped_column(Text(255))
    address: Mapped[str | None] = mapped_column(Text(45))
    user_agent: Mapped[str | None] = mapped_column(Text(255))
    protocol: Mapped[str | None] = mapped_column(Text(32))
    opened_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    #: When the slot is free again if nothing more is heard.
    expires_at: Mapped[datetime]
    #: When to look whether it is. To renew a session must not touch an index: PostgreSQL then
    #: writes half as much.
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    #: Why the next question is refused; the slot is free already.
    cut_reason: Mapped[str | None] = mapped_column(Text(32))
    #: The session that this one took the slot from on the same channel.
    previous_session: Mapped[str | None] = mapped_column(Text(255))
    #: Sent while this channel was watched, where the media server tells.
    bytes: Mapped[int | None] = mapped_column(BigWhole)
    #: What the media server last told of ``server_session``.
    server_bytes: Mapped[int | None] = mapped_column(BigWhole)
