"""The tables of what is left of past sessions: each one for a while, their totals for good."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from .base import Base
from .channels import Channel
from .columns import BigWhole, Text, Whole
from .users import User


class PastSession(Base):
    """A device that has watched a channel; rows are kept for a while, their totals for good.

    It outlives its user and its channel, whose numbers are never given twice.
    """

    __tablename__ = "iptv_history"
    # Lists are in the order of the ids, which is that of the ends but for a lease: an index of
    # times would be several times larger.
    __table_args__ = (
        sa.Index(None, "user_id", "id"),
        sa.Index(None, "channel_id", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BigWhole().with_variant(Whole, "sqlite"), primary_key=True)
    #: Empty for a viewer with a signed link.
    user_id: Mapped[int | None]
    channel_id: Mapped[int]
    address: Mapped[str | None] = mapped_column(Text(45))
    user_agent: Mapped[str | None] = mapped_column(Text(255))
    protocol: Mapped[str | None] = mapped_column(Text(32))
    opened_at: Mapped[datetime]
    ended_at: Mapped[datetime]
    #: Sent in the meantime, where the media server tells.
    bytes: Mapped[int | None] = mapped_column(BigWhole)
    #: How it ended: a value of ``sessions.store.Ending``.
    ending: Mapped[str] = mapped_column(Text(16))

    user: Mapped[User | None] = relationship(
        primaryjoin=lambda: User.id == foreign(PastSession.user_id), viewonly=True
    )
    channel: Mapped[Channel | None] = relationship(
        primaryjoin=lambda: Channel.id == foreign(PastSession.channel_id), viewonly=True
    )


class Totals:
    """What is added up: sessions that were opened, and the time and bytes of all that were open."""

    sessions: Mapped[int]
    seconds: Mapped[int] = mapped_column(BigWhole)
    #: As far as media servers tell.
    bytes: Mapped[int] = mapped_column(BigWhole)


class Usage(Totals, Base):
    """What a user watched of a channel on a day."""

    __tablename__ = "iptv_usage"
    __table_args__ = {"sqlite_with_rowid": False}

    #: 0 for all viewers with signed links.
    user_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    #: UTC.
    day: Mapped[date] = mapped_column(primary_key=True)
    channel_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class ChannelUsage(Totals, Base):
    """What all viewers together watched of a channel on a day."""

    # So that no plot has to add up the rows of a million users.
    __tablename__ = "iptv_channel_usage"
    __table_args__ = {"sqlite_with_rowid": False}

    #: UTC.
    day: Mapped[date] = mapped_column(primary_key=True)
    channel_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
