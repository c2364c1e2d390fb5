"""The tables of users and of the packages that they have."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from .base import Base, Record
from .columns import Flag, Text, Texts
from .packages import Package
from .times import UTCDateTime

#: Which users have which packages.
user_packages = sa.Table(
    "iptv_user_packages",
    Base.metadata,
    sa.Column("user_id", sa.ForeignKey("iptv_users.id", ondelete="CASCADE"), primary_key=True),
    sa.Column(
        "package_id",
        sa.ForeignKey("iptv_packages.id", ondelete="CASCADE"),
        primary_key=True,
        index=True,
    ),
)


class User(Record):
    """A viewer: who a token belongs to and what it may play."""

    __tablename__ = "iptv_users"
    # The list can be sorted by it, and very many may have been created in one moment.
    __table_args__ = (sa.Index(None, "created_at", "id"), {"sqlite_autoincrement": True})

    email: Mapped[str | None] = mapped_column(Text(254))
    #: The viewer's token.
    key: Mapped[str] = mapped_column(Text(128), unique=True)
    #: How many devices may watch at once; unlimited while ``None``.
    max_sessions: Mapped[int | None]
    enabled: Mapped[bool] = mapped_column(default=True)
    starts_at: Mapped[datetime | None] = mapped_column(UTCDateTime("far away"))
    expires_at: Mapped[datetime | None] = mapped_column(index=True)
    #: CIDR networks the viewer may watch from; anywhere while empty.
    allowed_networks: Mapped[list[str]] = mapped_column(Texts, default=list)
    comment: Mapped[str | None] = mapped_column(Text(2000))
    #: Once packages were given, losing the last one means nothing to watch, not everything.
    by_packages: Mapped[bool] = mapped_column(Flag(closed=True), default=False)

    packages: Mapped[list[Package]] = relationship(
        secondary=user_packages, order_by="Package.name", passive_deletes=True
    )

    @validates("packages")
    def _given(self, key: str, package: Package) -> Package:
        # Whoever gives it, by whatever way.
        self.by_packages = True
        return package
