"""The table of viewers whom media servers are told to cut."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from .base import Base
from .columns import Text


class Cut(Base):
    """One viewer who was cut here, and what became of telling the server that plays the stream."""

    __tablename__ = "iptv_cuts"
    __table_args__ = {"sqlite_autoincrement": True}

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Empty for a viewer with a signed link.
    user_id: Mapped[int | None]
    channel_id: Mapped[int]
    #: The channel's name and server when the viewer was cut: it may be moved or deleted since.
    stream: Mapped[str | None] = mapped_column(Text(255))
    server_id: Mapped[int | None]
    #: The session's id on the media server, where it tells one.
    server_session: Mapped[str | None] = mapped_column(Text(255))
    protocol: Mapped[str | None] = mapped_column(Text(32))
    address: Mapped[str | None] = mapped_column(Text(45))
    asked_at: Mapped[datetime] = mapped_column(index=True)
    #: When to try next; empty once it is over.
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    #: Whether the server has cut the viewer, or has none any more.
    done: Mapped[bool] = mapped_column(default=False)
    #: What the server said, or why it can't be told.
    outcome: Mapped[str | None] = mapped_column(Text(500))
