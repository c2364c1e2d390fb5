"""The tables of how many watched at each minute, and how many were turned away."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from .base import Base
from .columns import Text


class Attendance(Base):
    """How many sessions were open in a minute; one that nobody measured has no row."""

    __tablename__ = "iptv_attendance"
    __table_args__ = {"sqlite_with_rowid": False}

    #: Minutes since 1970, UTC: every database can divide them.
    minute: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sessions: Mapped[int]


class Refusals(Base):
    """How many viewers were refused for a reason in a minute, those who asked again included."""

    __tablename__ = "iptv_refusals"
    __table_args__ = {"sqlite_with_rowid": False}

    #: As in :class:`Attendance`.
    minute: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    #: The stable code of the refusal.
    reason: Mapped[str] = mapped_column(Text(32), primary_key=True)
    times: Mapped[int]
